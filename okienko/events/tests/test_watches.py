"""Rooms above the engine room that are watched: on the status page and in metrics, never in /health."""

from dataclasses import dataclass, field

import pytest
from django.contrib.auth import get_user_model

from okienko.events.health import report
from okienko.events.metrics import exposition
from okienko.events.registry import REGISTRY, Watch
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db


@dataclass
class Kettle:
    """Something that is watched."""

    complaints: list[str] = field(default_factory=list)

    def figures(self):
        return [
            ("okienko_kettle_degrees", "How hot it is", {"kettle": "1"}, 80),
            ("okienko_kettle_degrees", "How hot it is", {"kettle": "2"}, 20),
            ("okienko_kettle_cups", "Cups that were filled", {}, 3),
        ]


@pytest.fixture
def kettle(monkeypatch):
    seen = Kettle()
    watch = Watch(name="kitchen", look=lambda: seen, template="ui/logo.html")
    monkeypatch.setattr(REGISTRY, "watches", [watch])
    return seen


@pytest.fixture
def celina(client):
    client.force_login(get_user_model().objects.create(email="c@ziarno.example", name="Celina", role="owner"))
    return client


def test_its_complaints_and_its_part_stand_on_the_status_page(celina, kettle):
    logos = [len(page(celina.get("/status/")).every("svg"))]
    kettle.complaints.append("The kettle is empty.")
    said = page(celina.get("/status/"))
    REGISTRY.watches.clear()
    logos.append(len(page(celina.get("/status/")).every("svg")))
    assert [each.words for each in said.every(cls="notice")] == ["The kettle is empty."]
    assert logos == [2, 1]


def test_an_empty_kettle_is_no_reason_to_end_the_process(client, kettle):
    kettle.complaints.append("The kettle is empty.")
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["complaints"]) == (200, [])


def test_its_figures_are_told_to_machines(kettle):
    lines = exposition(report(), [kettle]).decode().splitlines()
    assert [line for line in lines if "kettle" in line] == [
        "# HELP okienko_kettle_degrees How hot it is",
        "# TYPE okienko_kettle_degrees gauge",
        'okienko_kettle_degrees{kettle="1"} 80.0',
        'okienko_kettle_degrees{kettle="2"} 20.0',
        "# HELP okienko_kettle_cups Cups that were filled",
        "# TYPE okienko_kettle_cups gauge",
        "okienko_kettle_cups 3.0",
    ]


def test_the_page_stands_in_the_frame_of_the_desk(celina):
    assert REGISTRY.templates == {"frame": "accounts/desk.html"}
    assert len(page(celina.get("/status/")).every("nav", cls="rail")) == 1
