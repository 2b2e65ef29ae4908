"""okienko doctor: what is wrong with this installation, in words, and what to do about it."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from okienko.conversations.models import Delivery, Message
from okienko.events import health
from okienko.files.models import Blob
from okienko.inboxes import notices
from okienko.inboxes.models import Arrival, Inbox, Mailbox, Missed
from okienko.inboxes.models.inbox import PHONE, STORE
from okienko.lib.crypto import Unreadable
from okienko.search.models import Searchable

LITTLE_SPACE = 2 * 1024**3  # bytes
SAMPLE = 200  # files looked at


@dataclass(frozen=True)
class Finding:
    """`words`: what was seen. `remedy`: what to do, "" when all is well."""

    examined: str
    words: str
    remedy: str = ""

    @property
    def is_well(self) -> bool:
        return not self.remedy


def examine() -> Iterator[Finding]:
    """Every examination in turn; one that breaks is a finding itself, and without the database the rest is left out."""
    for examined, look in EXAMINATIONS:
        try:
            words, remedy = look()
        except Exception as error:  # noqa: BLE001 - told to the person who asked
            finding = Finding(examined, f"{type(error).__name__}: {error}"[:300], "see docs/operations.md")
            yield finding
            if look is database:
                return
        else:
            yield Finding(examined, words, remedy)


def database() -> tuple[str, str]:
    connection.ensure_connection()
    return f"{connection.vendor} answers", ""


def migrations() -> tuple[str, str]:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        return f"{len(pending)} changes of the database are pending", "run `okienko upgrade`"
    return "up to date", ""


def keys() -> tuple[str, str]:
    inboxes = 0
    try:
        for inbox in Inbox.objects.exclude(kind__in=[PHONE, STORE]).iterator():
            inbox.sending_config()
            inboxes += 1
    except Unreadable:
        return (
            "passwords of mailboxes cannot be opened",
            "bring back the old key in OKIENKO_SECRET_KEYS or secret.keys",
        )
    return f"the secrets of {inboxes} mailboxes can be opened", ""


def space() -> tuple[str, str]:
    free = shutil.disk_usage(settings.DATA_DIR).free
    words = f"{free / 1024**3:.1f} GB free for data"
    return words, "make room: without it no letter can be taken in" if free < LITTLE_SPACE else ""


def files() -> tuple[str, str]:
    newest = Blob.objects.order_by("-pk")[:SAMPLE]
    missing = [
        blob.sha256 for blob in newest if not blob.path.exists() or blob.path.stat().st_size != blob.size
    ]
    if missing:
        return f"{len(missing)} of the newest {SAMPLE} files are missing or cut", "restore them from a backup"
    if not os.access(settings.FILES_DIR if settings.FILES_DIR.exists() else settings.DATA_DIR, os.W_OK):
        return f"{settings.FILES_DIR} cannot be written", "give it to the user Okienko runs as"
    return "whole and writable", ""


def queue() -> tuple[str, str]:
    report = health.report()
    words = f"{report.due} jobs due, the oldest for {report.oldest:.0f} s, {report.parked} parked"
    if report.oldest > health.LATE:
        return words, "is `okienko serve` or `okienko worker` running?"
    return words, "look at them on the status page" if report.parked else ""


def letters_in() -> tuple[str, str]:
    unread = Arrival.objects.exclude(state=Arrival.State.DONE)
    count = unread.count()
    if not count:
        return "every letter that came has been read", ""
    oldest = unread.order_by("created_at").first()
    age = (timezone.now() - oldest.created_at).total_seconds()
    words = f"{count} letters are not read yet, the oldest for {age:.0f} s"
    return words, "is a worker running? They are kept and will be read." if age > health.LATE else ""


def letters_out() -> tuple[str, str]:
    failed = Delivery.objects.filter(state=Delivery.State.FAILED).count()
    waiting = Delivery.objects.filter(state=Delivery.State.QUEUED, attempts__gt=1)
    latest = waiting.order_by("-pk").first()
    if latest:
        return (
            f"{waiting.count()} answers wait for another try: {latest.reason}",
            "look at the mail server it names",
        )
    return f"no answer is stuck ({failed} were given up)", ""


def search() -> tuple[str, str]:
    messages, found = Message.objects.count(), Searchable.objects.filter(kind="message").count()
    words = f"{found} of {messages} messages can be found"
    return words, "messages are missing from the index" if found < messages else ""


def fetching() -> tuple[str, str]:
    wanted = list(Mailbox.objects.wanted().select_related("inbox"))
    failing = [f"{one.inbox.name}: {one.error or 'no look yet'}" for one in wanted if is_behind(one)]
    missed = Missed.objects.count()
    if failing:
        return (
            f"not fetched from: {'; '.join(failing)}",
            "see the mailbox's page; is `okienko serve` running?",
        )
    if missed:
        return f"{missed} letters the server will not hand out", "look at them on the mailbox's page"
    return f"{len(wanted)} mailboxes are fetched from", ""


def is_behind(mailbox: Mailbox) -> bool:
    return mailbox.failing_since is not None or mailbox.fetching_has_stopped


def mail_servers() -> tuple[str, str]:
    unreachable = []
    for inbox in Inbox.objects.filter(kind="email", is_paused=False):
        config = inbox.config
        if config.get("host") and not reaches(config["host"], int(config.get("port") or 25)):
            unreachable.append(f"{inbox.name} ({config['host']}:{config.get('port') or 25})")
    if unreachable:
        return (
            f"the mail server does not answer: {', '.join(unreachable)}",
            "check its address and the firewall",
        )
    return "every mail server that sends for us answers", ""


def letters_of_ours() -> tuple[str, str]:
    if next(notices.senders(), None) is None:
        return "no mailbox can send links for new passwords, invitations and notices", "connect a mailbox"
    return "links and notices can be sent", ""


def local_delivery() -> tuple[str, str]:
    if not settings.LMTP_ADDRESS:
        return "not asked for (OKIENKO_LMTP)", ""
    host, _, port = settings.LMTP_ADDRESS.rpartition(":")
    if not reaches(host.strip("[]") or "127.0.0.1", int(port)):
        return f"nobody listens on {settings.LMTP_ADDRESS}", "is `okienko serve` running?"
    return f"the door at {settings.LMTP_ADDRESS} is open", ""


def reaches(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=5):
            return True
    except OSError:
        return False


EXAMINATIONS: list[tuple[str, Callable[[], tuple[str, str]]]] = [
    ("database", database),
    ("database changes", migrations),
    ("secret keys", keys),
    ("disk space", space),
    ("files", files),
    ("queue", queue),
    ("letters in", letters_in),
    ("letters out", letters_out),
    ("search", search),
    ("fetching", fetching),
    ("mail servers", mail_servers),
    ("letters of Okienko", letters_of_ours),
    ("local delivery", local_delivery),
]
