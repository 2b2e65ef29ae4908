"""A mailbox without a password: tokens of an authorisation server open a real Dovecot and a real Postfix."""

import time
from contextlib import closing

import pytest
from django.utils import translation

from bench.authorisation_server import AuthorisationServer
from bench.post_office import post_office
from okienko.events.log import Actor
from okienko.inboxes import oauth, operations, registry
from okienko.inboxes.channel import ChannelError
from okienko.inboxes.fetching import Round
from okienko.inboxes.models import Arrival, Mailbox
from okienko.inboxes.source import SourceError, Trouble
from okienko.inboxes.tests.signing_in import BACK, registered, signed_in
from tests.servers.conftest import CLAIMS, PASSWORD, SHOP

pytestmark = [
    pytest.mark.servers,
    pytest.mark.xdist_group("post_office"),
    pytest.mark.django_db(transaction=True),
]
LETTER = b"From: zofia@klient.test\r\nTo: sklep@shop.test\r\nSubject: Kubek\r\nMessage-ID: <1@klient.test>\r\n\r\nhej\r\n"
WITHDRAWN = "Microsoft no longer lets Okienko into this mailbox: "


@pytest.fixture(scope="module")
def authorisation(mail_servers):
    with AuthorisationServer(redirect_uri=BACK, account=SHOP) as server:
        yield server


@pytest.fixture(scope="module")
def office(authorisation):
    users = {SHOP: PASSWORD, CLAIMS: PASSWORD}
    with post_office(users=users, oauth_introspection_url=authorisation.introspection_url) as made:
        yield made


@pytest.fixture
def server(authorisation, settings, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    settings.OAUTH = registered(authorisation)
    authorisation.lasts = 3600
    authorisation.asked.clear()
    with translation.override("en"):
        yield authorisation


@pytest.fixture
def inbox(office, server):
    """A mailbox that somebody has just signed in to, and that knows no password."""
    config = office.config(SHOP, security="starttls", imap_security="tls", ca_file=str(office.ca_file))
    del config["password"]
    brand = operations.add_brand(name="Ziarno i Glina", language="en")
    inbox = operations.add_inbox(brand=brand, name="Sklep", kind="email", address=SHOP, config=config)
    operations.keep_tokens(inbox, provider="microsoft", tokens=permission(), actor=Actor.system())
    return inbox


def permission() -> oauth.Tokens:
    return signed_in("microsoft", SHOP)


def count_of(config: dict) -> int:
    """How many letters are in the mailbox, seen from inside."""
    with closing(registry.pollable_for("email").open(config)) as source:
        return source.select("INBOX").count


def send(config: dict):
    channel = registry.channel_for("email")
    return channel.send(config, LETTER, sender=SHOP, recipients=[CLAIMS])


def trouble_of(config: dict) -> Trouble:
    with pytest.raises(SourceError) as caught:
        count_of(config)
    return caught.value.trouble


def until(condition):
    deadline = time.monotonic() + 20
    while not (found := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found


def test_a_token_opens_the_mailbox(office, inbox):
    before = len(office.letters(SHOP))
    office.deliver(SHOP, LETTER)
    assert count_of(operations.connecting_config(inbox)) == before + 1


def test_a_token_sends(office, inbox):
    before = len(office.letters(CLAIMS))
    assert send(operations.connecting_config(inbox)).refused == ()
    until(lambda: len(office.letters(CLAIMS)) == before + 1)


def test_a_token_of_nobody_is_refused(inbox):
    """The door is not simply open."""
    good = operations.connecting_config(inbox)
    assert trouble_of(good | {"access_token": "ya29.guessed"}) == Trouble.CONSENT
    assert trouble_of(good | {"imap_username": CLAIMS}) == Trouble.CONSENT
    with pytest.raises(ChannelError):
        send(good | {"access_token": "ya29.guessed"})


def test_a_token_that_ends_soon_is_renewed_in_time(office, inbox, server):
    server.lasts = 100
    operations.keep_tokens(inbox, provider="microsoft", tokens=permission(), actor=Actor.system())
    server.lasts = 3600
    server.asked.clear()
    old = inbox.sending_config()["access_token"]
    config = operations.connecting_config(inbox)
    assert [form["grant_type"] for form in server.asked] == ["refresh_token"]
    assert config["access_token"] != old
    inbox.refresh_from_db()
    assert inbox.sending_config()["access_token"] == config["access_token"]
    operations.connecting_config(inbox)
    assert len(server.asked) == 1  # and not again before it is time
    assert count_of(config) == len(office.letters(SHOP))


def test_a_token_that_has_ended_is_of_no_use(inbox, server):
    config = operations.connecting_config(inbox)
    server.expire()
    assert trouble_of(config) == Trouble.CONSENT


def test_a_permission_withdrawn_is_told_and_a_new_one_goes_on(office, inbox, server):
    """Fetching says what is the matter; once somebody has signed in again it takes in what has come meanwhile."""
    server.lasts = 60
    tokens = permission()
    operations.keep_tokens(inbox, provider="microsoft", tokens=tokens, actor=Actor.system())
    operations.connect(inbox, actor=Actor.system())
    server.revoke(tokens.refresh_token)
    mailbox = operations.mailbox_of(inbox)
    assert fetched(mailbox, until_true=lambda: seen(mailbox).trouble) == "consent"
    assert seen(mailbox).error.startswith(WITHDRAWN)

    server.lasts = 3600
    operations.keep_tokens(inbox, provider="microsoft", tokens=permission(), actor=Actor.system())
    office.deliver(SHOP, LETTER)
    assert fetched(mailbox, until_true=Arrival.objects.filter(inbox=inbox).count) >= 1
    assert (seen(mailbox).trouble, seen(mailbox).error) == ("", "")


def seen(mailbox: Mailbox) -> Mailbox:
    return Mailbox.objects.get(pk=mailbox.pk)


def fetched(mailbox: Mailbox, *, until_true):
    """What `until_true` says at last, while one thread looks after the mailbox."""
    at_work = Round(mailbox.pk, "")
    at_work.start()
    try:
        until(until_true)
    finally:
        at_work.stopping.set()
        at_work.join(20)
    assert not at_work.is_alive()
    return until_true()
