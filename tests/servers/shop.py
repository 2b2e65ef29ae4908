"""An installation whose mailbox lies on the post office of the test, and what must be true of it in the end."""

import time
from collections import Counter
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from bench.connected import SHOP, connect
from bench.post_office import PostOffice
from bench.processes import installation
from tests.faults import house as houses
from tests.faults.mail import until

RECEIVED = "SELECT external_id FROM conversations_message WHERE direction = 'in'"
ARRIVED = "SELECT count(*) FROM inboxes_arrival"
READ = "SELECT count(*) FROM inboxes_arrival WHERE state = 'done'"
LOOKED = "SELECT count(*) FROM inboxes_mailbox WHERE fetched_at IS NOT NULL"
TROUBLE = "SELECT trouble, error FROM inboxes_mailbox"


def letter(number: int, *, size: int = 300, sender: str = "zofia@klient.test", subject: str = "") -> bytes:
    """One of a numbered series, each a matter of its own."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = sender, SHOP
    mail["Subject"] = subject or f"Pytanie numer {number:05d}"
    mail["Message-ID"] = f"<{name(number)}>"
    mail["Date"] = "Mon, 02 Nov 2026 10:00:00 +0100"
    mail.set_content(f"Dzień dobry, to list {number}.\n" + "x" * 70 * (size // 70))
    return mail.as_bytes()


def name(number: int) -> str:
    return f"list-{number}@klient.test"


class Shop(houses.House):
    """A House that fetches from `office`."""

    office: PostOffice

    def until_looked(self):
        until(lambda: self.ask(LOOKED) == [(1,)], what="the mailbox was not looked into")

    def until_read(self, count: int):
        """Wait until so many letters have come and been read."""
        until(lambda: self.ask(READ) == [(count,)], what=f"fewer or more than {count} letters were read")

    def has_each_once(self, numbers):
        assert self.counted(RECEIVED) == Counter(name(number) for number in numbers)

    def trouble(self) -> tuple[str, str]:
        ((trouble, error),) = self.ask(TROUBLE)
        return trouble, error

    def until_trouble(self, *wanted: str) -> str:
        """Wait for one of these troubles; its words."""
        until(lambda: self.trouble()[0] in wanted, what=f"no trouble like {wanted}")
        return self.trouble()[1]


def open_shop(folder: Path, office: PostOffice, database_url: str = "", **changes) -> Shop:
    """A new installation with one connected mailbox. `changes`: to the mailbox's settings."""
    made = installation(folder / "data", database_url)
    settings = {"imap_security": "tls", "security": "starttls", "ca_file": str(office.ca_file)} | changes
    connect(made, office.config(SHOP, **settings))
    shop = Shop(made, "")
    shop.office = office
    return shop


def seconds_until(condition, limit: float) -> float:
    """How long it took; AssertionError beyond `limit`."""
    began = time.monotonic()
    until(condition)
    took = time.monotonic() - began
    assert took <= limit, f"{took:.1f} s"
    return took
