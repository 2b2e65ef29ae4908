"""/health, /metrics and the status page."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from okienko.events import queue
from okienko.events.models import Job
from okienko.ui.tests.pages import page


def person(name: str, role: str):
    return get_user_model().objects.create(email=f"{name}@ziarno.example", name=name, role=role)


@pytest.fixture
def celina(db, client):
    client.force_login(person("Celina", "owner"))
    return client


def parked(error: str) -> Job:
    job = queue.add("conversations.sweep", {})
    Job.objects.filter(pk=job.pk).update(parked_at=timezone.now(), error=error, attempts=6)
    return job


def test_all_is_well(db, client):
    response = client.get("/health")
    assert response.status_code == 200
    said = response.json()
    # Of the whole cluster: another suite may be writing in it right now.
    assert said.pop("oldest_transaction") >= 0
    assert said == {
        "ok": True, "complaints": [], "due": 0, "running": 0, "later": 0, "parked": 0, "oldest": 0.0,
        "lag": None, "streams": None,
    }  # fmt: skip


def test_a_queue_that_nobody_serves_is_unwell(db, client):
    queue.add("conversations.sweep", {}, run_at=timezone.now() - timedelta(minutes=5))
    response = client.get("/health")
    assert response.status_code == 503
    assert response.json()["complaints"] == ["a job has been waiting for 300 s: is a worker running?"]


@pytest.mark.parametrize("header", ["", "Bearer wrong", "secret", "Bearer żółć"])
def test_figures_for_machines_take_the_token(db, client, settings, header):
    settings.METRICS_TOKEN = "secret"
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


def test_without_a_token_there_are_no_figures(db, client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_figures_for_machines(db, client, settings):
    settings.METRICS_TOKEN = "secret"
    parked("x")
    response = client.get("/metrics", headers={"Authorization": "Bearer secret"})
    figures = dict(
        line.split() for line in response.content.decode().splitlines() if not line.startswith("#")
    )
    assert (figures["okienko_parked"], figures["okienko_due"]) == ("1.0", "0.0")


def test_the_status_page_is_for_few(db, client):
    assert client.get("/status/").status_code == 302
    client.force_login(person("Anna", "agent"))
    assert client.get("/status/").status_code == 403
    job = parked("x")
    assert client.post("/status/", {"job": job.pk}).status_code == 403
    assert Job.objects.get().parked_at is not None


def test_what_is_set_aside_is_shown_with_its_reason(celina):
    job = parked('Traceback:\n  File "x"\nValueError: no such inbox\n')
    row = page(celina.get("/status/")).one("table").one("tbody").one("tr")
    assert row.one("th").words == f"conversations.sweep #{job.pk}"
    assert [cell.words for cell in row.every("td")][1:] == ["ValueError: no such inbox", "Uruchom ponownie"]


def test_it_can_be_run_again(celina):
    job, other = parked("x"), parked("y")
    assert celina.post("/status/", {"job": job.pk})["Location"] == "/status/"
    states = {each.pk: (each.parked_at is None, each.attempts) for each in Job.objects.all()}
    assert states == {job.pk: (True, 0), other.pk: (False, 6)}


@pytest.mark.parametrize("given", ["", "x", "99999", "9" * 40])
def test_nonsense_runs_nothing(celina, given):
    parked("x")
    assert celina.post("/status/", {"job": given}).status_code == 302
    assert Job.objects.get().parked_at is not None


def test_nothing_to_show(celina):
    said = page(celina.get("/status/"))
    assert said.one(cls="notice").words == "Wszystko działa."
    assert said.every("table") == []
