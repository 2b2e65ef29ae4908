"""The letters of a trial on a real server: found wherever they arrive, removed again, and nothing else touched."""

from contextlib import closing

import pytest
from django.utils import translation

from okienko.channels.email import trial_sending
from okienko.channels.email.channel import EmailChannel
from tests.servers.conftest import SHOP
from tests.servers.trials import (
    FAILED,
    FOLDERS,
    SKIPPED,
    TOKEN,
    WARNING,
    arrived,
    changed,
    config,
    examined,
    facts,
    lying,
    trial,
    trying_out,
    verdicts,
    word,
)

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("post_office")]
LETTERS = [
    f"From: zofia@klient.test\r\nTo: {SHOP}\r\nX-Okienko-Check: {check}\r\nSubject: {number}\r\n\r\nhej\r\n".encode()
    for number, check in enumerate([TOKEN, "somebody-elses", TOKEN])
]


@pytest.fixture(autouse=True)
def _surroundings(office, settings, monkeypatch):
    with trying_out(office, settings, monkeypatch):
        yield


def test_no_other_letter_and_no_flag_changes(office):
    office.deliver_many(SHOP, LETTERS)
    office.deliver_many(SHOP, LETTERS[:1], "Junk")
    for number, flag in ((1, r"\Deleted"), (2, r"\Seen \Answered")):
        office.doveadm("flags", "add", "-u", SHOP, flag, "mailbox", "INBOX", str(number))
    before = lying(office)
    assert [len(folder) for folder in before.values()] == [3, 1, 0, 0, 0]
    assert verdicts(examined(config(office))) == changed()
    assert lying(office) == before


def test_no_plus_addressing(office):
    office.refuse("sklep+okienko@shop.test")
    try:
        steps = examined(config(office))
    finally:
        office.accept("sklep+okienko@shop.test")
    assert verdicts(steps) == changed()
    assert facts(steps)["plus"] == "no"
    assert lying(office)["INBOX"] == []


def test_taken_for_junk(office):
    steps = []
    with closing(trial(config(office))) as going:
        for step in going:
            steps.append(step)
            if step.name == "send":
                arrived(office, 1)
                office.doveadm("move", "-u", SHOP, "Junk", "mailbox", "INBOX", "all")
    assert verdicts(steps) == changed(arrive=WARNING)
    assert word(steps, "arrive") == (
        "The trial letter was taken for junk: it lay in the folder “Junk”. The steps about SPF, DKIM and DMARC show "
        "what may be missing. It has been removed again."
    )
    assert lying(office) == {folder: [] for folder in FOLDERS}


def test_a_letter_that_does_not_arrive(office, monkeypatch):
    monkeypatch.setattr(trial_sending, "ARRIVAL", 1.0)
    steps = []
    for step in trial(config(office)):
        steps.append(step)
        if step.name == "send":
            arrived(office, 1)
            office.doveadm("expunge", "-u", SHOP, "mailbox", "INBOX", "all")
    assert verdicts(steps) == changed(arrive=FAILED, plus=SKIPPED)
    assert word(steps, "arrive") == (
        "The trial letter did not arrive within 1 second. Letters to shop.test go to mx.shop.test: is this mailbox there?"
    )


def test_a_letter_that_comes_too_late_is_removed(office, monkeypatch):
    monkeypatch.setattr(trial_sending, "ARRIVAL", 0.5)
    steps = []
    for step in trial(config(office)):
        steps.append(step)
        if step.name == "send":
            arrived(office, 1)
            office.doveadm("move", "-u", SHOP, "Trash", "mailbox", "INBOX", "all")
        if step.name == "dmarc":
            office.doveadm("move", "-u", SHOP, "INBOX", "mailbox", "Trash", "all")
            assert len(lying(office)["INBOX"]) == 1
    assert verdicts(steps) == changed(arrive=FAILED, plus=SKIPPED)
    assert lying(office)["INBOX"] == []


def test_whoever_watched_goes_away(office):
    going = trial(config(office))
    while next(going).name != "send":
        pass
    arrived(office, 1)
    going.close()
    assert lying(office)["INBOX"] == []


def test_what_the_letter_says(office):
    with translation.override("pl"):
        going = trial(config(office, imap_host=""))
        while next(going).name != "send":
            pass
        going.close()
    arrived(office, 1)
    (found,) = EmailChannel().parse(office.letters(SHOP)[0])
    assert (found.sender.value, [party.value for party in found.recipients]) == (SHOP, [SHOP])
    assert (found.automatic, found.external_id.endswith("@shop.test"), bool(found.sent_at)) == (
        "generated",
        True,
        True,
    )
