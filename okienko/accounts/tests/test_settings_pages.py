"""The home of settings: what is there, for whom, and how it is found."""

import pytest
from django.urls import reverse

from okienko.accounts import settings_pages
from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent
from okienko.accounts.settings_pages import SettingsPage
from okienko.ui.tests.pages import page

HOME = "/settings/"


@pytest.fixture(autouse=True)
def pages():
    """Two pages of our own, instead of those of the product, which it gives."""
    kept = list(settings_pages._pages)
    settings_pages.install(
        [
            SettingsPage(
                name="people", title="Ludzie", words="Kto tu pracuje.", url_name="home",
                permission="people.manage", keywords="Zażółć konta",
            ),
            SettingsPage(
                name="engine", title="Maszynownia", words="Jak działa „kolejka”.", url_name="status",
                permission="status.see",
            ),
        ]
    )  # fmt: skip
    yield kept
    settings_pages.install(kept)


def person(role: str) -> Agent:
    return add_agent(email=f"{role}@ziarno.example", name=role, password=None, role=role)


def titles(response) -> list[str]:
    return [each.words for each in page(response).every(cls="entry__title")]


def test_everybody_sees_what_is_theirs(db, client):
    seen = {}
    for role in ("manager", "owner"):
        client.force_login(person(role))
        seen[role] = titles(client.get(HOME))
    assert seen == {"manager": ["Maszynownia"], "owner": ["Ludzie", "Maszynownia"]}


def test_who_may_open_nothing_is_shown_no_gear_and_no_page(db, client):
    client.force_login(person("agent"))
    assert client.get(HOME).status_code == 403
    assert page(client.get("/conversations/")).every("a", href=HOME) == []
    client.force_login(person("manager"))
    assert len(page(client.get("/conversations/")).one("nav", cls="rail").every("a", href=HOME)) == 1


def test_strangers_are_asked_to_sign_in(db, client):
    assert client.get(HOME)["Location"] == "/account/sign-in/?next=/settings/"


def test_it_is_only_looked_at(db, client):
    client.force_login(person("owner"))
    assert client.post(HOME).status_code == 405


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("lud", ["Ludzie"]),
        ("LUDZIE", ["Ludzie"]),
        ("zazolc", ["Ludzie"]),
        ("ŻÓŁ", []),  # no word begins like that
        ("kolejka", ["Maszynownia"]),
        ("kto pracuje", ["Ludzie"]),
        ("kto kolejka", []),
        ("  ", ["Ludzie", "Maszynownia"]),
        ("<script>", []),
        ("x" * 5000, []),
    ],
)
def test_it_is_searched_without_regard_to_polish_letters(db, client, words, found):
    client.force_login(person("owner"))
    assert titles(client.get(HOME, {"q": words})) == found


def test_what_is_not_found_is_said(db, client):
    client.force_login(person("owner"))
    said = page(client.get(HOME, {"q": "nic takiego"}))
    assert said.one(cls="state").one("h2").words == "Nic nie znaleziono"
    assert said.one("input", name="q").attributes["value"] == "nic takiego"


def test_every_page_of_the_product_has_an_address(db, pages):
    addresses = {each.name: reverse(each.url_name) for each in pages}
    assert len(set(addresses.values())) == len(pages) > 1
    assert (addresses["mailboxes"], addresses["status"]) == ("/settings/mailboxes/", "/status/")
