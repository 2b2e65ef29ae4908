"""Guessing, listening in, leading astray: what must not work at the entrance."""

import time

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from okienko.accounts.operations import add_agent
from okienko.accounts.tests.people import (
    PASSWORD,
    SECOND,
    SIGN_IN,
    app_code,
    is_in,
    sign_in,
    with_app,
)
from okienko.events.models import Event
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return add_agent(email="anna@ziarno.example", name="Anna", password=PASSWORD)


def said(response) -> str:
    return page(response).one(role="alert").words


def test_ten_wrong_guesses_close_the_door_for_that_address_whoever_knocks(anna, client):
    for number in range(10):
        answer = client.post(
            SIGN_IN, {"email": anna.email, "password": f"guess {number}"}, REMOTE_ADDR=f"192.0.2.{number}"
        )
        assert answer.status_code == 422
    right = client.post(SIGN_IN, {"email": anna.email, "password": PASSWORD}, REMOTE_ADDR="192.0.2.99")
    assert (right.status_code, said(right)) == (
        429,
        "Za dużo prób. Poczekaj kilka minut i spróbuj ponownie.",
    )
    assert not is_in(client)


def test_one_address_of_the_net_tries_twenty_people_and_no_more(client):
    answers = [
        client.post(SIGN_IN, {"email": f"nobody{number}@ziarno.example", "password": "x"}).status_code
        for number in range(21)
    ]
    assert answers == [422] * 20 + [429]


def test_successes_do_not_count(anna):
    assert [sign_in(Client(), anna).status_code for _ in range(15)] == [302] * 15


def test_nobody_learns_who_has_an_account(anna, client):
    has_left = add_agent(email="left@ziarno.example", name="Left", password=PASSWORD)
    has_left.is_active = False
    has_left.save()
    bodies = set()
    for email, password in (
        (anna.email, "wrong"),
        ("nobody@ziarno.example", "wrong"),
        (has_left.email, PASSWORD),
    ):
        answer = client.post(SIGN_IN, {"email": email, "password": password})
        token = page(answer).every("input", name="csrfmiddlewaretoken")[0].attributes["value"]
        body = answer.content.decode().replace(email, "")
        for each in page(answer).every("input", name="csrfmiddlewaretoken"):
            body = body.replace(each.attributes["value"], "")
        bodies.add((answer.status_code, body.replace(token, "")))
    assert len(bodies) == 1


def test_unknown_addresses_take_as_long_as_known_ones(anna, client, settings):
    """Both compare one password; without that an unknown address would be answered many times sooner."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    anna.password = make_password(PASSWORD)
    anna.save()

    def seconds(email: str) -> float:
        began = time.perf_counter()
        client.post(SIGN_IN, {"email": email, "password": "wrong"})
        return time.perf_counter() - began

    seconds(anna.email)  # everything is loaded
    known = min(seconds(anna.email) for _ in range(3))
    unknown = min(seconds("nobody@ziarno.example") for _ in range(3))
    assert 0.5 < unknown / known < 2


def test_a_session_somebody_planted_is_worth_nothing_at_either_step(anna, client):
    secret = with_app(anna)
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key
    sign_in(client, anna)
    between = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(SECOND, {"code": app_code(secret)})
    after = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert (is_in(client), after in {planted, between}) == (True, False)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert not is_in(thief)


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:x"]
)
@pytest.mark.parametrize("path", [SIGN_IN, "/account/again/", "/account/language/"])
def test_no_page_leads_elsewhere(anna, client, path, wanted):
    if path != SIGN_IN:
        client.force_login(anna)
    form = {"email": anna.email, "password": PASSWORD, "language": "pl", "next": wanted}
    answer = client.post(f"{path}?next={wanted}", form)
    assert (answer.status_code, answer["Location"]) == (302, "/conversations/")


def test_the_wish_survives_the_second_step(anna, client):
    secret = with_app(anna)
    first = sign_in(client, anna, next="/account/")
    second = client.post(SECOND, {"code": app_code(secret)})
    assert (first["Location"], second["Location"]) == (SECOND, "/account/")


POSTS = [
    ("account_login", []), ("mfa_authenticate", []), ("mfa_login_webauthn", []), ("account_reauthenticate", []),
    ("mfa_reauthenticate", []), ("mfa_reauthenticate_webauthn", []), ("mfa_activate_totp", []),
    ("mfa_deactivate_totp", []), ("mfa_generate_recovery_codes", []), ("mfa_add_webauthn", []),
    ("mfa_remove_webauthn", [1]), ("mfa_edit_webauthn", [1]), ("openid_connect_login", ["oidc"]),
    ("accounts:forgotten", []), ("accounts:new_password", ["x", "y"]), ("accounts:password", []),
    ("accounts:invitation", ["x"]), ("accounts:sign_out", []), ("begin", []), ("office_sign_in", []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), POSTS)
def test_every_form_of_the_entrance_carries_a_token(anna, name, arguments):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(anna)
    assert strict.post(reverse(name, args=arguments)).status_code == 403


def test_signing_in_is_in_the_log_by_its_way_only(anna, client):
    secret = with_app(anna)
    sign_in(client, anna)
    client.post(SECOND, {"code": app_code(secret)})
    events = Event.objects.filter(type="agent.signed_in").values_list("subject_id", "actor_id", "data")
    assert list(events) == [(anna.pk, anna.pk, {"agent_id": anna.pk, "way": "password+mfa"})]


def test_only_pages_of_this_house_can_be_reached():
    """allauth's own pages are not installed, and of its addresses only those in entrance/urls.py exist."""
    from django.template import TemplateDoesNotExist
    from django.template.loader import get_template
    from django.urls import NoReverseMatch

    ours = [
        "account/reauthenticate.html", "mfa/authenticate.html", "mfa/index.html", "mfa/reauthenticate.html",
        "mfa/totp/activate_form.html", "mfa/totp/deactivate_form.html", "mfa/recovery_codes/index.html",
        "mfa/recovery_codes/generate.html", "mfa/recovery_codes/download.txt", "mfa/webauthn/add_form.html",
        "mfa/webauthn/edit_form.html", "mfa/webauthn/reauthenticate.html",
        "mfa/webauthn/authenticator_confirm_delete.html",
    ]  # fmt: skip
    assert [name for name in ours if "/okienko/accounts/" not in get_template(name).origin.name] == []
    for foreign in (
        "account/login.html",
        "account/signup.html",
        "socialaccount/login.html",
        "allauth/layouts/base.html",
    ):
        with pytest.raises(TemplateDoesNotExist):
            get_template(foreign)
    for closed in ("account_signup", "account_email", "socialaccount_signup", "account_logout", "mfa_trust"):
        with pytest.raises(NoReverseMatch):
            reverse(closed)
