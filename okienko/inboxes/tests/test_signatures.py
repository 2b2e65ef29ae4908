"""How people's answers end."""

import pytest

from okienko.accounts.operations import add_agent
from okienko.events.models import Event
from okienko.inboxes.models import Signature
from okienko.inboxes.operations import add_brand
from okienko.inboxes.signing import signed
from okienko.ui.tests.pages import page

PAGE = "/account/signatures/"


@pytest.fixture
def anna(db, client):
    agent = add_agent(email="anna@ziarno.example", name="Anna", password=None)
    client.force_login(agent)
    return agent


@pytest.fixture
def shop(db):
    return add_brand(name="Ziarno i Glina")


def shown(client) -> list[str]:
    return [area.words for area in page(client.get(PAGE)).every("textarea")]


def test_each_shop_has_its_own(anna, client, shop):
    other = add_brand(name="Aromat")
    client.post(PAGE, {"brand": shop.pk, "text": "  Anna  \r\nZiarno i Glina\u0007 \r\n\r\n"})
    assert shown(client) == ["", "Anna Ziarno i Glina"]
    assert signed("Dzień dobry", agent_id=anna.pk, brand_id=shop.pk) == (
        "Dzień dobry\n\n-- \nAnna\nZiarno i Glina"
    )
    assert signed("Dzień dobry", agent_id=anna.pk, brand_id=other.pk) == "Dzień dobry"
    (event,) = Event.objects.all()
    assert (event.type, event.data) == (
        "agent.signature_changed", {"agent_id": anna.pk, "brand_id": shop.pk},
    )  # fmt: skip


def test_an_empty_one_is_none_and_the_same_is_no_change(anna, client, shop):
    for text in ("", "Anna", "Anna", "", ""):
        client.post(PAGE, {"brand": shop.pk, "text": text})
    assert (Signature.objects.count(), Event.objects.count()) == (0, 2)


def test_it_is_everybody_s_own(anna, client, shop):
    bartek = add_agent(email="bartek@ziarno.example", name="Bartek", password=None)
    client.post(PAGE, {"brand": shop.pk, "text": "Anna"})
    client.force_login(bartek)
    assert shown(client) == [""]
    assert signed("x", agent_id=bartek.pk, brand_id=shop.pk) == "x"


@pytest.mark.parametrize("brand", ["", "0", "999999", "x", "9" * 50])
def test_of_no_shop_there_is_none(anna, client, shop, brand):
    assert client.post(PAGE, {"brand": brand, "text": "x"}).status_code == 404


def test_a_novel_is_no_signature(anna, client, shop):
    response = client.post(PAGE, {"brand": shop.pk, "text": "x" * 2001})
    assert (response.status_code, Signature.objects.count()) == (422, 0)
    assert page(response).one("textarea").words == "x" * 2001


def test_without_a_shop_there_is_a_word(anna, client):
    assert page(client.get(PAGE)).one("main").one("h2").words == "Nie ma jeszcze żadnego sklepu"
