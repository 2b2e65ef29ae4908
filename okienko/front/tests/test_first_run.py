"""A fresh installation: whoever started the server, and nobody else, becomes its owner."""

import stat

import pytest
from django.core.management import call_command
from django.test import Client

from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent
from okienko.front import setup_code
from okienko.front.first_run import FirstRun
from okienko.inboxes.models import Brand
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db
FORM = {
    "shop": "Ziarno", "name": "Celina", "email": "Celina@ziarno.example", "password": "porządny kubek",
}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh(has_begun):
    FirstRun.begun = False


@pytest.mark.parametrize(
    "path", ["/", "/conversations/", "/account/sign-in/", "/settings/", "/account/sign-in/forgotten/"]
)
def test_every_page_leads_to_the_first_one(client, path):
    assert client.get(path)["Location"] == "/begin/"


def test_monitoring_goes_on(client):
    assert client.get("/health").status_code == 200


def test_whoever_knows_the_code_becomes_the_owner(client):
    answer = client.post("/begin/", FORM | {"code": setup_code.kept()})
    owner = Agent.objects.get()
    assert answer["Location"] == "/settings/mailboxes/new/"
    assert (owner.email, owner.may("people.manage"), owner.language) == ("celina@ziarno.example", True, "pl")
    assert list(Brand.objects.values_list("name", "sender_name")) == [("Ziarno", "Ziarno")]
    assert client.session["_auth_user_id"] == str(owner.pk)
    assert client.get("/settings/mailboxes/new/").status_code == 200


def test_it_happens_once(client):
    code = setup_code.kept()
    client.post("/begin/", FORM | {"code": code})
    assert not setup_code.place().exists()
    again = Client()
    for _ in range(2):
        assert again.get("/begin/").status_code == 404
    assert again.post("/begin/", FORM | {"code": code, "email": "thief@evil.example"}).status_code == 404
    assert Agent.objects.count() == 1


@pytest.mark.parametrize("code", ["", "AAAAA-AAAAA-AAAAA-AAAAA", "zły kod", "----"])
def test_without_the_code_nobody_does(client, code):
    setup_code.kept()
    assert client.post("/begin/", FORM | {"code": code}).status_code == 422
    assert Agent.objects.count() == 0


def test_before_there_is_a_code_nobody_does(client):
    assert client.post("/begin/", FORM | {"code": ""}).status_code == 422
    assert client.post("/begin/", FORM | {"code": "x"}).status_code == 422


def test_people_may_copy_it_as_they_like(client):
    code = f" {setup_code.kept().lower().replace('-', ' ')} "
    assert client.post("/begin/", FORM | {"code": code}).status_code == 302


def test_guessing_is_limited(client):
    setup_code.kept()
    answers = [client.post("/begin/", FORM | {"code": "x"}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_a_bad_password_uses_nothing_up(client):
    code = setup_code.kept()
    assert client.post("/begin/", FORM | {"code": code, "password": "krótkie"}).status_code == 422
    assert setup_code.kept() == code


def test_the_file_is_for_its_owner_only():
    code = setup_code.kept()
    assert stat.S_IMODE(setup_code.place().stat().st_mode) == 0o600
    assert (setup_code.kept(), len(setup_code.plain(code))) == (code, 20)


def test_the_command_does_without_the_page(monkeypatch):
    import io

    setup_code.kept()
    monkeypatch.setattr("sys.stdin", io.StringIO("porządny kubek\n"))
    call_command(
        "begin", shop="Ziarno", owner="celina@ziarno.example", name="Celina", mailbox="sklep@ziarno.example",
        stdout=io.StringIO(),
    )  # fmt: skip
    assert (setup_code.is_begun(), setup_code.place().exists()) == (True, False)


def test_once_there_is_an_owner_pages_are_themselves(client):
    add_agent(email="celina@ziarno.example", name="Celina", password=None, role="owner")
    assert client.get("/account/sign-in/").status_code == 200
    assert FirstRun.begun is True


def test_the_page_is_asked_for_in_words(client):
    shown = page(client.get("/begin/"))
    assert shown.one("h1").words == "Zacznij z Okienkiem"
    assert [each.attributes["name"] for each in shown.every("input", cls="input")] == [
        "code", "shop", "name", "email", "password",
    ]  # fmt: skip
