"""Permission, tokens and their renewal, with a real authorisation server on this machine."""

import logging
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from django.db import transaction

from bench.authorisation_server import Scripted
from okienko.inboxes import oauth
from okienko.inboxes.oauth import ConsentError
from okienko.inboxes.tests.signing_in import BACK, SHOP, authorisation, sent_back, signed_in

GOOD = {"access_token": "ya29.abc", "refresh_token": "1//r", "token_type": "Bearer", "expires_in": 3600}


@pytest.fixture
def server(settings, monkeypatch):
    with authorisation(settings, monkeypatch) as server:
        yield server


def begun(name: str = "google") -> tuple[str, str, str]:
    return oauth.begin(oauth.provider(name), redirect_uri=BACK, login_hint=SHOP)


def exchanged(name: str, code: str, verifier: str) -> oauth.Tokens:
    return oauth.exchange(oauth.provider(name), code=code, verifier=verifier, redirect_uri=BACK)


def refreshed(token: str = "1//r", name: str = "google") -> oauth.Tokens:
    return oauth.refresh(oauth.provider(name), token)


def seconds_left(tokens: oauth.Tokens) -> float:
    return (tokens.expires_at - datetime.now(UTC)).total_seconds()


# What is asked for


def test_google_is_asked_for_mail_that_lasts(server):
    url, state, verifier = begun("google")
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{server.url}/o/oauth2/v2/auth"
    assert (len(state), len(verifier), len(asked.pop("code_challenge"))) == (43, 64, 43)
    assert asked == {
        "response_type": "code",
        "client_id": "okienko",
        "redirect_uri": BACK,
        "scope": "https://mail.google.com/",
        "state": state,
        "code_challenge_method": "S256",
        "login_hint": SHOP,
        "access_type": "offline",
        "prompt": "consent",
    }


def test_microsoft_is_asked_for_reading_and_sending(server):
    url, state, _ = begun("microsoft")
    asked = dict(parse_qsl(urlsplit(url).query))
    del asked["code_challenge"]
    assert urlsplit(url).path == "/common/oauth2/v2.0/authorize"
    assert asked == {
        "response_type": "code",
        "client_id": "okienko",
        "redirect_uri": BACK,
        "scope": (
            "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"
        ),
        "state": state,
        "code_challenge_method": "S256",
        "login_hint": SHOP,
        "prompt": "select_account",
    }


def test_every_beginning_has_a_state_and_a_verifier_of_its_own(server):
    assert len({word for _ in range(3) for word in begun()[1:]}) == 6


def test_the_real_addresses(settings):
    providers = [oauth.provider("google"), oauth.provider("microsoft")]
    assert [(one.authorize_url, one.token_url) for one in providers] == [
        ("https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token"),
        (
            "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
            "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        ),
    ]


def test_only_those_are_offered_that_know_this_installation(server, settings):
    assert [one.name for one in oauth.offered()] == ["google", "microsoft"]
    settings.OAUTH = {**settings.OAUTH, "google": {**settings.OAUTH["google"], "client_id": ""}}
    assert [one.name for one in oauth.offered()] == ["microsoft"]


def test_there_are_no_other_providers(server):
    with pytest.raises(KeyError):
        oauth.provider("yahoo")


def test_nobody_is_sent_where_they_cannot_come_back_from(server):
    with pytest.raises(ConsentError) as caught:
        oauth.begin(oauth.provider("google"), redirect_uri="http://desk.shop.test/x/", login_hint="")
    assert caught.value.reason == (
        "Google leads people back to encrypted addresses only, and http://desk.shop.test is not. Whoever looks after"
        " Okienko must set OKIENKO_PUBLIC_URL to an address with https://."
    )


# What is given


@pytest.mark.parametrize("name", ["google", "microsoft"])
def test_a_permission_becomes_tokens_and_is_renewed(server, name):
    tokens = signed_in(name)
    assert server.introspected(tokens.access_token)["username"] == SHOP
    assert 3590 < seconds_left(tokens) <= 3600
    fresh = oauth.refresh(oauth.provider(name), tokens.refresh_token)
    assert fresh.access_token != tokens.access_token
    assert fresh.refresh_token == tokens.refresh_token  # the answer named none
    assert [form["grant_type"] for form in server.asked] == ["authorization_code", "refresh_token"]
    assert all(form["client_secret"] == server.client_secret for form in server.asked)


def test_a_new_refresh_token_takes_the_place_of_the_old(server):
    server.rotates = True
    first = signed_in("microsoft")
    second = refreshed(first.refresh_token, "microsoft")
    third = refreshed(second.refresh_token, "microsoft")
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    with pytest.raises(ConsentError):
        refreshed(first.refresh_token, "microsoft")


def test_a_mailbox_that_nobody_has_signed_in_to(server):
    with pytest.raises(ConsentError, match=r"^Google no longer lets Okienko into this mailbox") as caught:
        refreshed("")
    assert (caught.value.needs_consent, server.asked) == (True, [])


def test_an_app_without_a_secret_names_itself_only(server, settings):
    settings.OAUTH = {**settings.OAUTH, "google": {**settings.OAUTH["google"], "client_secret": ""}}
    server.answers.append(Scripted(200, GOOD))
    refreshed()
    assert server.asked == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "1//r",
            "scope": "https://mail.google.com/",
            "client_id": "okienko",
        }
    ]


@pytest.mark.parametrize(
    ("says", "lasts"),
    [
        (1800, 1800),
        ("1800", 1800),
        (1799.9, 1799),
        (None, 3600),
        (10**12, 30 * 24 * 3600),
    ],
)
def test_how_long_a_token_lasts(server, says, lasts):
    answer = {name: value for name, value in GOOD.items() if name != "expires_in"}
    server.answers.append(Scripted(200, answer if says is None else answer | {"expires_in": says}))
    assert lasts - 5 < seconds_left(refreshed()) <= lasts


def test_words_around_the_tokens_do_not_matter(server):
    server.answers.append(
        Scripted(200, GOOD | {"token_type": "bearer", "id_token": "x", "expires_at": "soon"})
    )
    tokens = refreshed()
    assert (tokens.access_token, tokens.refresh_token) == ("ya29.abc", "1//r")


def test_tokens_are_not_shown(server):
    tokens = signed_in("google")
    assert repr(tokens) == f"Tokens(expires_at={tokens.expires_at!r})"
    assert server.client_secret not in repr(oauth.provider("google"))


# What the way back may bring


def test_a_code_serves_once(server):
    url, _, verifier = begun()
    code = sent_back(url)["code"]
    exchanged("google", code, verifier)
    with pytest.raises(ConsentError) as caught:
        exchanged("google", code, verifier)
    assert caught.value.reason.startswith("It took too long, or this page was opened twice")


def test_a_code_is_of_no_use_without_its_verifier(server):
    code = sent_back(begun()[0])["code"]
    with pytest.raises(ConsentError) as caught:
        exchanged("google", code, begun()[2])
    assert (caught.value.needs_consent, server.refreshes) == (True, {})


def test_another_way_back_than_before(server):
    url, _, verifier = begun()
    code = sent_back(url)["code"]
    elsewhere = "https://desk.shop.test/settings/mailboxes/oauth/callback/"
    with pytest.raises(ConsentError) as caught:
        oauth.exchange(oauth.provider("google"), code=code, verifier=verifier, redirect_uri=elsewhere)
    assert caught.value.reason == (
        "The address people come back to is not registered with this app at Google. Whoever looks after Okienko must"
        f" enter it there, exactly like this: {elsewhere}. Then connect the mailbox again."
    )


def test_without_a_refresh_token_it_would_be_over_in_an_hour(server):
    server.forgets_refresh = True
    with pytest.raises(ConsentError) as caught:
        signed_in("google")
    assert caught.value.needs_consent
    assert caught.value.reason == (
        "Google gave permission for one hour only, as it does when it was asked before. Open"
        " myaccount.google.com/connections, remove Okienko there and connect the mailbox again."
    )
    with pytest.raises(ConsentError, match=r"^Microsoft gave permission for one hour only"):
        signed_in("microsoft")


def test_signed_in_but_mail_was_not_ticked(server):
    url, _, verifier = begun()
    server.answers.append(Scripted(200, GOOD | {"scope": "openid email"}))
    with pytest.raises(ConsentError, match="without permission for mail") as caught:
        exchanged("google", sent_back(url)["code"], verifier)
    assert caught.value.needs_consent


# What must not happen


@pytest.mark.django_db(transaction=True)
def test_not_inside_a_transaction(server):
    server.answers.append(Scripted(200, GOOD))
    with pytest.raises(RuntimeError, match="inside a database transaction"), transaction.atomic():
        refreshed()
    assert server.asked == []
    refreshed()
    assert len(server.asked) == 1


def test_nothing_is_logged(server, caplog):
    with caplog.at_level(logging.DEBUG):
        tokens = signed_in("google")
        refreshed(tokens.refresh_token)
        server.revoke(tokens.refresh_token)
        with pytest.raises(ConsentError):
            refreshed(tokens.refresh_token)
    assert [f"{record.name}: {record.getMessage()}" for record in caplog.records] == []


def test_something_could_be_logged(server, caplog):
    """httpx writes down every address; the test above would see it."""
    caplog.set_level(logging.DEBUG, logger="httpx")
    httpx.get(f"{server.url}/?code=secret", trust_env=False)
    assert any("code=secret" in record.getMessage() for record in caplog.records)
