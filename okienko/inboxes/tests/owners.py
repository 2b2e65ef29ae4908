"""For tests of pages: a shop's mailboxes, and browsers of the people who may or may not look after them."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import dns.message
import dns.rcode
from django.test import Client
from django.utils import timezone

from okienko.accounts.operations import add_agent
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.inboxes import operations
from okienko.inboxes.forms import kept_guess
from okienko.inboxes.models import Brand, Checkup, Mailbox
from okienko.inboxes.operations.describing import brand_named
from okienko.inboxes.source import Guess
from okienko.inboxes.trials import TITLES
from okienko.ui.tests.pages import page

LIST = "/settings/mailboxes/"
NEW = "/settings/mailboxes/new/"
NOWHERE = {
    "imap_host": "127.0.0.1",
    "imap_port": 1,
    "imap_security": "none",
    "host": "127.0.0.1",
    "port": 1,
    "security": "none",
    "username": "sklep@ziarno.example",
    "auth": "password",
}

SHOP = "sklep@ziarno.example"
FOUND = Guess(
    provider="home",
    label="home.pl",
    config=(
        ("imap_host", "imap.home.example"), ("imap_port", 993), ("imap_security", "tls"),
        ("host", "smtp.home.example"), ("port", 465), ("security", "tls"), ("username", SHOP),
        ("max_bytes", 26214400), ("per_day", 500),
    ),
)  # fmt: skip


def brand() -> Brand:
    return brand_named("Ziarno i Glina")


def browser(name: str, role: str = "agent") -> Client:
    """In which this person is signed in."""
    client = Client()
    client.force_login(add_agent(email=f"{name.lower()}@ziarno.example", name=name, password=None, role=role))
    return client


def set_up(name: str = "Sklep", *, address: str = "", secret: str = "tajne-hasło", **config) -> Mailbox:
    """Known, not yet connected; nothing listens where its servers should be."""
    mailbox = operations.set_up(
        brand=brand(),
        name=name,
        address=address or f"{name.lower()}@ziarno.example",
        config=NOWHERE | config,
        secrets={"password": secret} if secret else {},
        actor=Actor.system(),
    )
    return Mailbox.objects.select_related("inbox").get(pk=mailbox.pk)


def connected(name: str = "Sklep", *, minutes_ago: float = 1, **fields) -> Mailbox:
    """Fetched from `minutes_ago`. `fields`: of the mailbox."""
    mailbox = set_up(name)
    operations.connect(mailbox.inbox, actor=Actor.system())
    at = timezone.now() - timedelta(minutes=minutes_ago)
    given = {"fetched_at": at, "reconciled_at": at, **fields}
    Mailbox.objects.filter(pk=mailbox.pk).update(**given)
    return Mailbox.objects.select_related("inbox").get(pk=mailbox.pk)


def stopped(name: str = "Hurt", *, minutes_ago: float = 12, error: str = "Hasło wygasło.") -> Mailbox:
    since = timezone.now() - timedelta(minutes=minutes_ago)
    return connected(name, minutes_ago=minutes_ago, failing_since=since, trouble="login", error=error)


def tried(mailbox: Mailbox, *, finished: bool = True, upto: str = "dmarc", **verdicts) -> Checkup:
    """A check-up whose steps went well, but for those named: tried(mailbox, dkim="warning")."""
    names = list(TITLES)
    steps = [
        {"name": name, "verdict": verdicts.get(name, "ok"), "words": f"o {name}"}
        for name in names[: names.index(upto) + 1]
    ]
    return Checkup.objects.create(
        inbox=mailbox.inbox,
        token=f"t{Checkup.objects.count()}",
        steps=steps,
        finished_at=timezone.now() if finished else None,
    )


def changes() -> list[str]:
    """What was done to the mailbox since it was set up."""
    return [event.data["change"] for event in Event.objects.filter(type="inbox.mailbox_changed")][1:]


def faults(response) -> list[str]:
    """What a page says beside its fields."""
    return [each.words for each in page(response).every(cls="field__error")]


def at(mailbox: Mailbox, end: str = "") -> str:
    """The address of its page."""
    return f"{LIST}{mailbox.inbox_id}/{end}"


def first(**more) -> dict:
    return {
        "step": "address",
        "address": SHOP,
        "name": "Sklep",
        "brand": "",
        "new_brand": "Ziarno i Glina",
        **more,
    }


def second(guess: Guess = FOUND, **more) -> dict:
    """The form of the second step, as a browser fills it in and sends it."""
    shown = {name: value for name, value in guess.config if name in {
        "imap_host", "imap_port", "imap_security", "host", "port", "security", "username",
    }}  # fmt: skip
    return first(**{"step": "servers", "guess": kept_guess(guess), "password": "tajne"} | shown | more)


class _Nothing(socketserver.BaseRequestHandler):
    """Answers every question of DNS with "there is no such name"."""

    def handle(self):
        datagram, line = self.request
        answer = dns.message.make_response(dns.message.from_wire(datagram))
        answer.set_rcode(dns.rcode.NXDOMAIN)
        line.sendto(answer.to_wire(), self.client_address)


@contextmanager
def empty_dns(settings) -> Iterator[None]:
    """A name server on this machine that knows no name."""
    with socketserver.UDPServer(("127.0.0.1", 0), _Nothing) as server:
        settings.DNS_SERVERS = [f"127.0.0.1:{server.server_address[1]}"]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
