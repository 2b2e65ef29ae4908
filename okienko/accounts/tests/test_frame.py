"""The frame of every page: where one can go, and one's own menu."""

import pytest

from okienko.accounts.models import Role
from okienko.accounts.operations import add_agent
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client):
    agent = add_agent(email="anna@ziarno.example", name="Anna Nowicka", password=None)
    client.force_login(agent)
    return agent


@pytest.fixture
def celina(client):
    agent = add_agent(email="celina@ziarno.example", name="Celina", password=None, role="owner")
    client.force_login(agent)
    return agent


def entries(bar) -> list[tuple[str, str]]:
    return [(each.attributes["href"], each.attributes.get("aria-current", "")) for each in bar.every("a")]


def test_the_rail_says_where_one_is(celina, client):
    rail = page(client.get("/settings/")).one("nav", cls="rail")
    here = [each.attributes["href"] for each in rail.every("a", **{"aria-current": "page"})]
    assert here == ["/settings/"]
    rail = page(client.get("/conversations/")).one("nav", cls="rail")
    here = [each.attributes["href"] for each in rail.every("a", **{"aria-current": "page"})]
    assert here == ["/conversations/"]
    rail = page(client.get("/account/")).one("nav", cls="rail")
    assert rail.every("a", **{"aria-current": "page"}) == []
    assert rail.one(popovertarget="own-menu").attributes["aria-current"] == "page"


def test_nothing_leads_where_one_may_not_go(anna, client):
    said = page(client.get("/account/"))
    assert [href for href, _ in entries(said.one("nav", cls="bottom-bar"))][:1] == ["/conversations/"]
    assert "/conversations/" in [href for href, _ in entries(said.one("nav", cls="rail"))]
    anna.custom_role = Role.objects.create(name="Nikt", words=["mailboxes.manage"])
    anna.save()
    said = page(client.get("/account/"))
    assert entries(said.one("nav", cls="bottom-bar")) == [("/account/", "page")]
    rail = said.one("nav", cls="rail").every(cls="rail__item")
    assert [each.attributes.get("href") for each in rail] == ["/settings/", None]  # and one's own menu


def test_keys_are_said_where_they_lead(anna, client):
    rail = page(client.get("/account/")).one("nav", cls="rail")
    first = rail.every(cls="rail__item")[0]
    assert (first.attributes["data-keys"], first.attributes["title"]) == ("g i", "Rozmowy (g i)")


def test_ones_own_menu(anna, client):
    menu = page(client.get("/account/devices/")).one(id="own-menu")
    assert menu.one(cls="own-menu__who").words == "Anna Nowicka Konsultant"
    chosen = {
        each.attributes["name"]: each.attributes["value"]
        for each in menu.every("button", role="menuitemradio")
        if each.attributes["aria-checked"] == "true"
    }
    assert chosen == {"theme": "system", "density": "comfortable", "language": "pl"}
    forms = [form.attributes["action"] for form in menu.every("form")]
    assert forms == ["/account/looks/", "/account/sign-out/"]


def pressed(client, address: str, name: str, value: str):
    """As a browser without scripts would: all fields, and the button last."""
    form = page(client.get(address)).one(id="own-menu").every("form")[0]
    fields = {}
    for field in form.every("input"):
        fields.setdefault(field.attributes["name"], []).append(field.attributes["value"])
    fields.pop("csrfmiddlewaretoken")
    fields.setdefault(name, []).append(value)
    return client.post(form.attributes["action"], fields)


def test_a_choice_leads_back_to_where_it_was_made(anna, client):
    answer = pressed(client, "/account/devices/?x=1", "theme", "dark")
    anna.refresh_from_db()
    assert answer["Location"] == "/account/devices/?x=1"
    assert (anna.theme, anna.density, anna.language, anna.has_shortcuts) == (
        "dark",
        "comfortable",
        "pl",
        True,
    )
    assert page(client.get("/account/devices/")).every(cls="notice") == []


def test_one_choice_changes_nothing_else(anna, client):
    anna.theme, anna.density, anna.has_shortcuts = "dark", "compact", False
    anna.save()
    pressed(client, "/account/", "language", "en")
    anna.refresh_from_db()
    assert (anna.theme, anna.density, anna.language, anna.has_shortcuts) == ("dark", "compact", "en", False)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_it_leads_nowhere_else(anna, client, elsewhere):
    given = {"language": "pl", "theme": "dark", "density": "compact", "next": elsewhere}
    assert client.post("/account/looks/", given)["Location"] == "/account/"


def test_keys_that_are_off_are_said_to_be_off(anna, client):
    assert page(client.get("/account/")).one("dialog", id="shortcuts").every(cls="notice") == []
    anna.has_shortcuts = False
    anna.save()
    said = page(client.get("/account/"))
    notice = said.one("dialog", id="shortcuts").one(cls="notice")
    assert said.one("html").attributes["data-shortcuts"] == "off"
    assert notice.one("a").attributes["href"] == "/account/#id_has_shortcuts"
