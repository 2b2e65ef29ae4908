"""Going to the provider's page and coming back: whose sign-in it is, which mailbox, how often, how long."""

import json
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.authorisation_server import Scripted
from okienko.accounts.operations import add_agent
from okienko.events.models import Event
from okienko.inboxes import oauth, operations
from okienko.inboxes.models import Checkup
from okienko.inboxes.tests.signing_in import BACK, SHOP, authorisation, sent_back
from okienko.ui.tests.pages import page

# A dead database thread would be no news: the pages speak to a server while no transaction is open.
pytestmark = pytest.mark.django_db(transaction=True)

LOST = (
    "This sign-in was begun in another browser or too long ago, or has been used. Open Okienko at"
    " http://localhost:8000 and connect the mailbox again."
)
PERMITTED = "Permission is given. The mailbox is being tried out now."
GO = "/settings/mailboxes/oauth/go/"


@pytest.fixture
def server(settings, monkeypatch):
    settings.PUBLIC_URL = "http://localhost:8000"
    with authorisation(settings, monkeypatch) as server:
        yield server


@pytest.fixture
def inbox(server):
    brand = operations.add_brand(name="Ziarno i Glina")
    return operations.add_inbox(
        brand=brand, name="Sklep", kind="email", address=SHOP, config={"host": "smtp.gmail.com"}
    )


def browser(name: str, role: str = "owner") -> Client:
    agent = add_agent(email=f"{name}@ziarno.example", name=name.title(), password=None, role=role)
    agent.language = "en"
    agent.save()
    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def celina(server):
    return browser("celina")


def begin(client: Client, inbox, provider: str = "google"):
    return client.post(reverse("inboxes:oauth_begin", args=[inbox.pk]), {"provider": provider})


def address_of_provider(client: Client) -> str:
    return page(client.get(GO)).one("a", cls="button--primary").attributes["href"]


def said_yes(client: Client, inbox, provider: str = "google") -> str:
    """The address with which this browser comes back, everything allowed."""
    assert begin(client, inbox, provider)["Location"] == GO
    return f"{BACK}?{urlencode(sent_back(address_of_provider(client)))}"


def words(response) -> str:
    """The newest message."""
    return [str(message) for message in get_messages(response.wsgi_request)][-1]


def led_to(response) -> tuple[str, str]:
    assert response.status_code == 302
    return response["Location"], words(response)


def of_mailbox(inbox) -> str:
    return reverse("inboxes:mailbox", args=[inbox.pk])


def kept(inbox) -> dict:
    inbox.refresh_from_db()
    return json.loads(inbox.secrets) if inbox.secrets else {}


@pytest.mark.parametrize("provider", ["google", "microsoft"])
def test_permission_is_kept_with_the_mailbox(server, inbox, celina, provider):
    response = celina.get(said_yes(celina, inbox, provider))
    assert led_to(response) == (of_mailbox(inbox), PERMITTED)
    tokens = kept(inbox)
    assert server.introspected(tokens["access_token"])["username"] == SHOP
    assert [*server.refreshes] == [tokens["refresh_token"]]
    assert [inbox.config[key] for key in ("host", "auth", "oauth")] == ["smtp.gmail.com", "oauth", provider]
    celina_id = int(celina.session["_auth_user_id"])
    assert [(event.actor_type, event.actor_id) for event in Event.objects.all()] == [("agent", celina_id)]
    assert [(trial.inbox_id, trial.agent_id) for trial in Checkup.objects.all()] == [(inbox.pk, celina_id)]


def test_the_page_in_between_leads_on_by_itself(server, inbox, celina):
    begin(celina, inbox)
    response = celina.get(GO)
    shown = page(response)
    target = shown.one("a", cls="button--primary").attributes["href"]
    assert shown.one("meta", **{"http-equiv": "refresh"}).attributes["content"] == f"0;url={target}"
    assert dict(parse_qsl(urlsplit(target).query))["login_hint"] == SHOP
    assert shown.one("code").words == BACK
    assert "no-store" in response["Cache-Control"]


def test_a_return_serves_once(server, inbox, celina):
    back = said_yes(celina, inbox)
    celina.get(back)
    first = kept(inbox)
    assert led_to(celina.get(back)) == ("/settings/mailboxes/", LOST)
    assert (kept(inbox), len(server.asked)) == (first, 1)


@pytest.mark.parametrize("state", ["", "x", "ą", None])
def test_a_state_nobody_gave_out(server, inbox, celina, state):
    back = said_yes(celina, inbox)
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    given = {"code": code} if state is None else {"code": code, "state": state}
    assert led_to(celina.get(f"{BACK}?{urlencode(given)}")) == ("/settings/mailboxes/", LOST)
    assert (kept(inbox), server.asked) == ({}, [])
    # What was begun is not lost by it.
    assert led_to(celina.get(back)) == (of_mailbox(inbox), PERMITTED)


def test_what_somebody_else_began(server, inbox, celina):
    """Nobody can be made to connect a stranger's mailbox, nor finish what another owner began."""
    back, other = said_yes(celina, inbox), browser("celestyna")
    assert led_to(other.get(back)) == ("/settings/mailboxes/", LOST)
    begin(other, inbox)
    assert led_to(other.get(back)) == ("/settings/mailboxes/", LOST)
    assert (kept(inbox), server.asked) == ({}, [])


def test_a_session_that_changed_hands(server, inbox, celina):
    back = said_yes(celina, inbox)
    session = celina.session
    session["oauth"] |= {"agent": 0}
    session.save()
    assert led_to(celina.get(back)) == ("/settings/mailboxes/", LOST)
    assert server.asked == []


def test_after_ten_minutes_it_is_over(server, inbox, celina):
    back = said_yes(celina, inbox)
    left = celina.session["oauth"]["until"] - timezone.now().timestamp()
    assert timedelta(minutes=9) < timedelta(seconds=left) <= timedelta(minutes=10)
    session = celina.session
    session["oauth"] |= {"until": timezone.now().timestamp() - 1}
    session.save()
    assert led_to(celina.get(back)) == ("/settings/mailboxes/", LOST)
    assert server.asked == []


def test_the_newer_beginning_counts(server, inbox, celina):
    first = said_yes(celina, inbox)
    second = said_yes(celina, inbox)
    assert led_to(celina.get(first)) == ("/settings/mailboxes/", LOST)
    assert led_to(celina.get(second)) == (of_mailbox(inbox), PERMITTED)


def test_the_page_in_between_without_a_beginning(server, celina):
    assert led_to(celina.get(GO)) == ("/settings/mailboxes/", LOST)


# What the provider says


def test_somebody_says_no(server, inbox, celina):
    server.redirects.append({"error": "access_denied"})
    reason = oauth.refusal(oauth.provider("google"), {"error": "access_denied"}, redirect_uri=BACK).reason
    assert reason.startswith("Permission was not given")
    assert led_to(celina.get(said_yes(celina, inbox))) == (of_mailbox(inbox), reason)
    assert (kept(inbox), server.asked) == ({}, [])


def test_the_administrator_must_allow_it(server, inbox, celina):
    description = "AADSTS90094: The grant requires admin permission.\r\nTrace ID: 0f zofia@klient.example"
    server.redirects.append({"error": "access_denied", "error_description": description})
    reason = words(celina.get(said_yes(celina, inbox, "microsoft")))
    assert reason == (
        "The administrator of your Microsoft 365 must allow it: send them this address, where they sign in and choose"
        f" “Accept”: {server.url}/organizations/adminconsent?client_id=okienko. Then connect the mailbox again."
    )


def test_the_administrator_comes_back(server, celina):
    response = celina.get(f"{BACK}?admin_consent=True&tenant=0f")
    said = "The administrator has decided. Now connect the mailbox once more."
    assert led_to(response) == ("/settings/mailboxes/", said)


def test_a_server_that_answers_another_state(server, inbox, celina):
    server.redirects.append({"code": "4/x", "state": "another"})
    assert led_to(celina.get(said_yes(celina, inbox))) == ("/settings/mailboxes/", LOST)
    assert server.asked == []


def test_neither_yes_nor_no(server, inbox, celina):
    server.redirects.append({"scope": "x"})
    reason = words(celina.get(said_yes(celina, inbox)))
    assert reason.startswith("Google refused: “?”.")
    assert server.asked == []


def test_what_was_permitted_before_stays_when_something_fails(server, inbox, celina):
    celina.get(said_yes(celina, inbox))
    before = kept(inbox)
    back = said_yes(celina, inbox)
    server.answers.append(Scripted(500, b"oops"))
    said = "Google cannot give or renew permissions at the moment. Try again in a few minutes."
    assert led_to(celina.get(back)) == (of_mailbox(inbox), said)
    assert kept(inbox) == before


def test_a_mailbox_that_is_gone(server, inbox, celina):
    back = said_yes(celina, inbox)
    inbox.delete()
    assert celina.get(back).status_code == 404
    assert server.asked == []


# Whom this is for


@pytest.mark.parametrize("role", ["agent", "lead", "manager"])
def test_others_may_not(server, inbox, role):
    anna = browser("anna", role)
    answers = [begin(anna, inbox), anna.get(GO), anna.get(f"{BACK}?state=x&code=y")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert "oauth" not in anna.session


def test_a_stranger_is_asked_who_they_are(server, inbox, client):
    answers = [begin(client, inbox), client.get(GO), client.get(f"{BACK}?state=x&code=y")]
    assert [answer["Location"].partition("?")[0] for answer in answers] == ["/account/sign-in/"] * 3


def test_a_form_of_another_site(server, inbox, celina):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = celina.cookies
    assert begin(strict, inbox).status_code == 403


def test_only_by_a_form(server, inbox, celina):
    assert celina.get(reverse("inboxes:oauth_begin", args=[inbox.pk])).status_code == 405
    assert celina.post(BACK).status_code == 405


@pytest.mark.parametrize("provider", ["google", "yahoo", ""])
def test_a_provider_that_is_not_offered(server, settings, inbox, celina, provider):
    settings.OAUTH["google"]["client_id"] = ""
    said = "This installation is not registered there: see its configuration."
    assert led_to(begin(celina, inbox, provider)) == (of_mailbox(inbox), said)


def test_an_installation_nobody_could_be_sent_back_to(server, settings, inbox, celina):
    settings.PUBLIC_URL = "http://desk.shop.test"
    reason = words(begin(celina, inbox))
    assert reason.startswith(
        "Google leads people back to encrypted addresses only, and http://desk.shop.test"
    )
    assert "oauth" not in celina.session


def test_a_mailbox_that_is_none(server, inbox, celina):
    inbox.kind = "sms"
    inbox.save()
    assert begin(celina, inbox).status_code == 404
    assert celina.post(reverse("inboxes:oauth_begin", args=[0]), {"provider": "google"}).status_code == 404
