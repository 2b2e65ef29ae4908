"""Signing in and out, and choosing a language."""

import pytest
from django.conf import settings

from okienko.accounts.operations import add_agent
from okienko.ui.tests.pages import page

PASSWORD = "filiżanka-szron"
SIGN_IN = "/account/sign-in/"


@pytest.fixture
def anna(db):
    return add_agent(email="anna@ziarno.example", name="Anna", password=PASSWORD)


def test_right_words_open_the_desk(anna, client):
    response = client.post(SIGN_IN, {"email": " Anna@Ziarno.example ", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/conversations/")
    assert client.session["_auth_user_id"] == str(anna.pk)


def test_the_session_gets_a_new_key(anna, client):
    client.get(SIGN_IN)
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = old = session.session_key
    client.post(SIGN_IN, {"email": anna.email, "password": PASSWORD})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != old


@pytest.mark.parametrize(
    "given",
    [
        {"email": "anna@ziarno.example", "password": "wrong"},
        {"email": "nobody@ziarno.example", "password": PASSWORD},
        {"email": "no address", "password": PASSWORD},
        {"email": "anna@ziarno.example", "password": ""},
        {"email": "", "password": ""},
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(anna, client, given):
    response = client.post(SIGN_IN, given)
    assert response.status_code == 422
    assert page(response).one(role="alert").words == "Nieprawidłowy e-mail lub hasło."
    assert "_auth_user_id" not in client.session


def test_who_left_cannot_sign_in(anna, client):
    anna.is_active = False
    anna.save()
    assert client.post(SIGN_IN, {"email": anna.email, "password": PASSWORD}).status_code == 422


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/status/", "/status/"),
        ("https://evil.example/", "/conversations/"),
        ("//evil.example/", "/conversations/"),
        ("/\\evil.example/", "/conversations/"),
        ("javascript:alert(1)", "/conversations/"),
        ("", "/conversations/"),
    ],
)
def test_it_leads_only_to_our_own_pages(anna, client, wanted, led_to):
    response = client.post(SIGN_IN, {"email": anna.email, "password": PASSWORD, "next": wanted})
    assert response["Location"] == led_to


def test_the_wish_survives_the_form(db, client):
    assert (
        page(client.get(f"{SIGN_IN}?next=/status/")).one("input", name="next", value="/status/").tag
        == "input"
    )


def test_who_is_signed_in_needs_no_form(anna, client):
    client.force_login(anna)
    assert client.get(SIGN_IN)["Location"] == "/conversations/"


def test_signing_out_takes_a_form(anna, client):
    client.force_login(anna)
    assert client.get("/account/sign-out/").status_code == 405
    assert client.post("/account/sign-out/")["Location"] == SIGN_IN
    assert "_auth_user_id" not in client.session


def test_a_form_from_elsewhere_is_refused(anna):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(SIGN_IN, {"email": anna.email, "password": PASSWORD}).status_code == 403


def test_an_agent_s_language_is_kept(anna, client):
    client.force_login(anna)
    before = page(client.get("/account/")).one("html").attributes["lang"]
    assert (
        client.post("/account/language/", {"language": "en", "next": "/account/"})["Location"] == "/account/"
    )
    anna.refresh_from_db()
    after = page(client.get("/account/"))
    assert (before, anna.language, after.one("html").attributes["lang"]) == ("pl", "en", "en")
    assert after.one("title").words == "Account · Okienko"


def test_a_visitor_s_language_is_in_a_cookie(db, client):
    headers = {"accept-language": "en"}
    shown = [page(client.get(SIGN_IN, headers=headers)).one("h1").words]
    client.post("/account/language/", {"language": "pl", "next": SIGN_IN})
    shown.append(page(client.get(SIGN_IN, headers=headers)).one("h1").words)
    assert shown == ["Sign in", "Zaloguj się"]


def test_no_other_language(anna, client):
    client.force_login(anna)
    assert client.post("/account/language/", {"language": "xx"}).status_code == 422
    anna.refresh_from_db()
    assert anna.language == "pl"


def test_the_account_page_is_for_those_signed_in(db, client):
    assert client.get("/account/").status_code == 302
