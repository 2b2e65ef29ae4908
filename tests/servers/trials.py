"""What the tests of trying out a mailbox share: a domain in DNS, and how the steps are read."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import translation

from okienko.channels.email import trial_sending
from okienko.channels.email.channel import EmailChannel
from okienko.channels.email.tests.name_server import name_server
from okienko.inboxes.source import Step, Verdict
from tests.servers.conftest import SHOP

TOKEN = "c2Vrcm-V0MTIzNDU2Nzg5_A"
OK, WARNING, FAILED, SKIPPED = Verdict
FOLDERS = ("INBOX", "Junk", "Sent", "Trash", "Drafts")
NAMES = [
    "imap_name", "imap_line", "imap_login", "imap_folders", "smtp_name", "smtp_line", "smtp_login", "send", "arrive",
    "plus", "spf", "dkim", "dmarc",
]  # fmt: skip
ZONE = {
    ("shop.test", "MX"): ["10 mx.shop.test."],
    ("shop.test", "TXT"): ['"v=spf1 mx -all"'],
    ("mx.shop.test", "A"): ["93.184.216.34"],
    ("default._domainkey.shop.test", "TXT"): ['"v=DKIM1; p=MIGf"'],
    ("_dmarc.shop.test", "TXT"): ['"v=DMARC1; p=none"'],
}


@contextmanager
def trying_out(office, settings, monkeypatch) -> Iterator[None]:
    """The domain is known to DNS, nothing is waited for long, and every letter is gone afterwards."""
    monkeypatch.setattr(trial_sending, "AGAIN", 0.1)
    with name_server(ZONE) as (_server, place), translation.override("en"):
        settings.DNS_SERVERS = [place]
        yield
    for folder in FOLDERS:
        office.doveadm("expunge", "-u", SHOP, "mailbox", folder, "all")


def config(office, **changes) -> dict:
    settings = {"security": "tls", "imap_security": "tls", "ca_file": str(office.ca_file)} | changes
    return office.config(SHOP, **settings)


def trial(settings: dict) -> Iterator[Step]:
    return EmailChannel().examine(settings, address=SHOP, token=TOKEN)


def examined(settings: dict) -> list[Step]:
    return list(trial(settings))


def verdicts(steps: list[Step]) -> dict[str, Verdict]:
    return {step.name: step.verdict for step in steps}


def changed(**others: Verdict) -> dict[str, Verdict]:
    return {name: others.get(name, OK) for name in NAMES}


def word(steps: list[Step], name: str) -> str:
    return next(step.words for step in steps if step.name == name)


def facts(steps: list[Step]) -> dict[str, str]:
    return {key: value for step in steps for key, value in step.facts}


def lying(office) -> dict[str, list[str]]:
    """Number, flags and subject of every letter in every folder. Without Recent: that is gone once anybody looks."""
    found = {}
    for folder in FOLDERS:
        told = office.doveadm("-f", "tab", "fetch", "-u", SHOP, "uid flags hdr.subject", "mailbox", folder)
        found[folder] = re.sub(r" ?\\Recent", "", told).splitlines()[1:]
    return found


def arrived(office, count: int):
    until = time.monotonic() + 20
    while len(office.letters(SHOP)) < count:
        assert time.monotonic() < until
        time.sleep(0.05)
