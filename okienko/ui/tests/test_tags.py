"""Times, people and counts in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from okienko.ui.templatetags import ui

NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)  # 14:00 in Warsaw


@pytest.mark.parametrize(
    ("age", "polish", "english"),
    [
        (timedelta(seconds=-5), "teraz", "now"),
        (timedelta(seconds=59), "teraz", "now"),
        (timedelta(minutes=1), "1 min", "1 min"),
        (timedelta(minutes=59), "59 min", "59 min"),
        (timedelta(hours=1), "1 godz.", "1 h"),
        (timedelta(hours=13), "13 godz.", "13 h"),
        (timedelta(hours=15), "wczoraj", "yesterday"),
        (timedelta(days=3), "19 lis", "19 Nov"),
        (timedelta(days=400), "18 paź 2025", "18 Oct 2025"),
    ],
)
def test_how_long_ago(age, polish, english):
    said = []
    for language in ("pl", "en"):
        with translation.override(language):
            said.append(ui.relative(NOW - age, NOW))
    assert said == [polish, english]


@pytest.mark.parametrize(
    ("age", "polish", "english"),
    [
        (timedelta(seconds=-5), "chwilę", "a moment"),
        (timedelta(minutes=12), "12 min", "12 min"),
        (timedelta(hours=25), "25 godz.", "25 h"),
        (timedelta(days=2), "2 dni", "2 days"),
        (timedelta(days=5), "5 dni", "5 days"),
    ],
)
def test_how_long_it_lasts(age, polish, english):
    said = []
    for language in ("pl", "en"):
        with translation.override(language):
            said.append(ui.since(NOW - age, NOW))
    assert said == [polish, english]


def test_a_time_has_its_exact_moment_behind_it():
    with translation.override("pl"):
        said = Template("{% load ui %}{% clock at %}|{% ago none %}").render(
            Context({"at": NOW, "none": None})
        )
    assert said == '<time datetime="2026-11-22T14:00:00+01:00" title="22 listopada 2026, 14:00">14:00</time>|'


def test_days_have_names():
    with translation.override("pl"):
        this_year = timezone.localtime().year
        assert (
            ui.day(NOW.replace(year=this_year + 1, month=3, day=1)).split(", ")[1]
            == f"1 marca {this_year + 1}"
        )
        assert ui.day(NOW.replace(year=this_year, month=3, day=1)).split(", ")[1] == "1 marca"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Zofia Gąsiorowska", "ZG"),
        ("Łukasz", "Ł"),
        ("Anna Maria Żak-Nowa", "AŻ"),
        ("jan.kowalski@poczta.example", "JK"),
        ("#12", "?"),
        ("", "?"),
    ],
)
def test_initials(name, letters):
    assert ui.initials(name) == letters


def test_a_person_keeps_their_hue():
    hues = [ui.hue(f"Osoba {number}") for number in range(200)]
    assert hues == [ui.hue(f"Osoba {number}") for number in range(200)]
    assert set(hues) == set(range(1, 9))


@pytest.mark.parametrize(("count", "said"), [(0, "0"), (999, "999"), (1000, "999+")])
def test_counts_have_three_digits(count, said):
    assert ui.tally(count) == said
