"""Authenticator apps, recovery codes, and an office that requires them."""

import re
from urllib.parse import quote

import pytest
from django.core import mail
from django.test import Client

from okienko.accounts.models import Office
from okienko.accounts.operations import access, add_agent
from okienko.accounts.sessions import visitor_of_cookies
from okienko.accounts.tests.people import (
    PASSWORD,
    SECOND,
    SECURITY,
    app_code,
    confirmed,
    is_in,
    kinds,
    sign_in,
    with_app,
    with_recovery_codes,
)
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db
APP = "/account/security/app/"


@pytest.fixture
def anna():
    return add_agent(email="anna@ziarno.example", name="Anna", password=PASSWORD)


@pytest.fixture
def celina():
    return add_agent(email="celina@ziarno.example", name="Celina", password=PASSWORD, role="owner")


def set_up(client) -> tuple:
    """What the page of the app answers to the right code, and its secret."""
    secret = page(client.get(APP)).one("code").words
    return client.post(APP, {"code": app_code(secret)}), secret


def test_nothing_is_set_up_or_shown_before_the_password_is_said_again(anna, client):
    client.force_login(anna)
    for path in (APP, "/account/security/passkeys/new/", "/account/security/codes/new/"):
        assert client.get(path)["Location"] == f"/account/again/?next={quote(path, safe='')}"
    assert client.post("/account/again/", {"password": "wrong"}).status_code == 200
    assert client.get(APP).status_code == 302
    assert client.post(f"/account/again/?next={APP}", {"password": PASSWORD})["Location"] == APP
    assert client.get(APP).status_code == 200


def test_the_confirmation_ends(anna, client, settings):
    confirmed(client, anna)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.get(APP).status_code == 302


def test_an_app_is_set_up_with_recovery_codes_and_a_letter(anna, client, django_capture_on_commit_callbacks):
    confirmed(client, anna)
    with django_capture_on_commit_callbacks(execute=True):
        answer, secret = set_up(client)
    assert (answer["Location"], kinds(anna)) == ("/account/security/codes/", ["recovery_codes", "totp"])
    shown = page(client.get(answer["Location"]))
    assert len(shown.one(cls="entrance__codes").every("li")) == 10
    assert [letter.to for letter in mail.outbox] == [["anna@ziarno.example"]]
    assert "aplikację" in mail.outbox[0].body
    assert secret not in str(list(anna.authenticator_set.values_list("data", flat=True)))
    changed = Event.objects.filter(type="agent.second_factor_changed").values_list("data", flat=True)
    assert list(changed) == [{"agent_id": anna.pk, "kind": "totp", "change": "added"}]


def test_a_wrong_code_sets_up_nothing(anna, client):
    confirmed(client, anna)
    secret = page(client.get(APP)).one("code").words
    answer = client.post(APP, {"code": f"{(int(app_code(secret)) + 1) % 1_000_000:06}"})
    assert page(answer).one(role="alert").words == "Ten kod jest nieprawidłowy albo już był użyty."
    assert kinds(anna) == []


def test_the_password_alone_opens_nothing(anna, client):
    with_app(anna)
    assert sign_in(client, anna)["Location"] == SECOND
    assert not is_in(client)
    assert client.get("/conversations/")["Location"].startswith("/account/sign-in/")


@pytest.mark.parametrize("drift", [-1, 0, 1])
def test_a_code_serves_once_within_the_drift_of_a_clock(anna, drift):
    secret = with_app(anna)
    code = app_code(secret, ahead=drift)
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, anna)
        client.post(SECOND, {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)


def test_an_old_code_does_not_serve(anna, client):
    secret = with_app(anna)
    sign_in(client, anna)
    assert client.post(SECOND, {"code": app_code(secret, ahead=-3)}).status_code == 200
    assert not is_in(client)


def test_codes_cannot_be_guessed(anna, client):
    secret = with_app(anna)
    sign_in(client, anna)
    wrong = f"{(int(app_code(secret)) + 7) % 1_000_000:06}"
    for _ in range(10):
        client.post(SECOND, {"code": wrong})
    answer = client.post(SECOND, {"code": app_code(secret)})
    assert page(answer).one(role="alert").words == "Za dużo prób. Poczekaj kilka minut i spróbuj ponownie."
    assert not is_in(client)


def test_a_recovery_code_serves_once(anna):
    with_app(anna)
    code = with_recovery_codes(anna)[3]
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, anna)
        client.post(SECOND, {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)


def test_codes_are_saved_as_a_file_and_made_anew(anna, client):
    with_app(anna)
    old = with_recovery_codes(anna)
    confirmed(client, anna)
    file = client.get("/account/security/codes/file/")
    assert file["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert re.findall(r"^\d{8}$", file.content.decode(), re.MULTILINE) == old
    client.post("/account/security/codes/new/")
    new = page(client.get("/account/security/codes/")).one(cls="entrance__codes")
    assert {each.words for each in new.every("li")} & set(old) == set()


def test_codes_are_not_shown_to_whoever_finds_an_open_browser(anna, client):
    with_app(anna)
    with_recovery_codes(anna)
    client.force_login(anna)
    for path in ("/account/security/codes/", "/account/security/codes/file/"):
        assert client.get(path)["Location"].startswith("/account/again/")


def test_removing_the_app_removes_the_codes_and_says_so(anna, client):
    with_app(anna)
    with_recovery_codes(anna)
    confirmed(client, anna)
    client.post("/account/security/app/remove/")
    assert (kinds(anna), len(mail.outbox)) == ([], 1)


def required(celina):
    access.require_second_factor(True, actor=Actor.agent(celina))


@pytest.mark.parametrize(
    "path", ["/conversations/", "/account/", "/settings/", "/status/", "/account/password/"]
)
def test_who_has_none_sets_one_up_before_anything_else(anna, celina, client, path):
    required(celina)
    client.force_login(celina)
    assert client.get(path)["Location"] == SECURITY
    assert client.post(path)["Location"] == SECURITY
    assert client.get(path, headers={"HX-Request": "true"})["HX-Redirect"] == SECURITY


def test_the_page_of_factors_says_why_and_opens_the_desk_when_done(anna, celina, client):
    required(celina)
    client.force_login(anna)
    shown = page(client.get(SECURITY))
    assert shown.one(cls="notice--waiting").words == (
        "To biuro wymaga drugiego składnika. Ustaw go, a przejdziesz dalej."
    )
    assert shown.every("ok-live") == []
    confirmed(client, anna)
    set_up(client)
    assert client.get("/conversations/").status_code == 200


def test_the_stream_is_closed_to_who_has_none(anna, celina, client):
    client.force_login(anna)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    before = visitor_of_cookies(cookies)
    required(celina)
    assert (before.agent_id, visitor_of_cookies(cookies)) == (anna.pk, None)
    with_app(anna)
    assert visitor_of_cookies(cookies).agent_id == anna.pk


def test_an_open_stream_ends_when_a_second_factor_is_required(anna, celina, client):
    from okienko.accounts.sessions import still_welcome

    client.force_login(anna)
    visitor = visitor_of_cookies({name: morsel.value for name, morsel in client.cookies.items()})
    welcome = still_welcome([visitor])
    required(celina)
    assert (welcome, still_welcome([visitor])) == ({visitor}, set())


def test_owners_require_it_on_a_page_of_settings(anna, celina, client):
    with_app(celina)
    client.force_login(anna)
    assert client.get("/settings/sign-in/").status_code == 403
    client.force_login(celina)
    assert "Anna" in page(client.get("/settings/sign-in/")).one("main").words
    client.post("/settings/sign-in/", {"requires_second_factor": "on"})
    assert Office.objects.get().requires_second_factor is True
    client.post("/settings/sign-in/", {})
    assert Office.objects.get().requires_second_factor is False
    said = Event.objects.filter(type="office.second_factor_required").values_list("data__required", flat=True)
    assert list(said) == [True, False]
