"""For tests of pages: a shop's mailboxes, and browsers of the people who may or may not look after them."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from okienko.accounts.operations import add_agent
from okienko.events.log import Actor
from okienko.inboxes import operations
from okienko.inboxes.models import Brand, Checkup, Mailbox
from okienko.inboxes.operations.describing import brand_named
from okienko.inboxes.trials import TITLES

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


def at(mailbox: Mailbox, end: str = "") -> str:
    """The address of its page."""
    return f"{LIST}{mailbox.inbox_id}/{end}"
