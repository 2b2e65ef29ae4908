"""Folders and the numbers of their letters, on servers that answer each in their way."""

import time
from datetime import date

import pytest

from okienko.channels.email import imap_wire
from okienko.channels.email.tests.scripted_imap import ScriptedServer, fails
from okienko.inboxes.source import FolderState, Trouble

pytestmark = pytest.mark.usefixtures("_english")
ESEARCH = "* CAPABILITY IMAP4rev1 ESEARCH\r\n{tag} OK done\r\n"
PLAIN = "* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"
MANY = 500_000


def test_a_folder():
    with ScriptedServer() as server:
        assert server.open().select("INBOX") == FolderState("INBOX", "77", 10, 3)
        assert server.commands("SELECT") == []


def test_a_server_that_does_not_tell_the_next_number():
    examine = "* 3 EXISTS\r\n* OK [UIDVALIDITY 5] x\r\n{tag} OK done\r\n"
    with ScriptedServer(EXAMINE=examine, UID_SEARCH="* SEARCH 41\r\n{tag} OK done\r\n") as server:
        assert server.open().select("INBOX") == FolderState("INBOX", "5", 42, 3)
    with ScriptedServer(EXAMINE=examine.replace("3", "0")) as server:
        assert server.open().select("INBOX") == FolderState("INBOX", "5", 1, 0)


@pytest.mark.parametrize("line", ["", "* OK [UIDVALIDITY 5] x\r\n* NO [UIDNOTSTICKY] never the same\r\n"])
def test_numbers_that_do_not_last(line):
    with ScriptedServer(EXAMINE="* 3 EXISTS\r\n" + line + "{tag} OK done\r\n") as server, fails() as failure:
        server.looking()
    assert failure == [Trouble.REFUSED, "The mail server gives letters no lasting numbers."]


def test_talkative_codes():
    examine = (
        "* OK [CLOSED] Previous mailbox closed.\r\n* 12 EXISTS\r\n* OK [UIDVALIDITY 5] UIDs [valid]\r\n"
        "* OK [UIDNEXT 99] Predicted [next] UID\r\n* OK [HIGHESTMODSEQ 4]\r\n{tag} OK [READ-ONLY] done [x]\r\n"
    )
    with ScriptedServer(EXAMINE=examine) as server:
        assert server.open().select("INBOX") == FolderState("INBOX", "5", 99, 12)


@pytest.mark.parametrize(
    ("asked", "command"),
    [
        ({}, "ALL"),
        ({"above": 4}, "UID 5:*"),
        ({"above": 4, "upto": 9}, "UID 5:9"),
        ({"upto": 9}, "UID 1:9"),
        ({"since": date(2025, 3, 1)}, "ALL SINCE 01-Mar-2025"),
        (
            {"above": 4, "since": date(2025, 12, 31), "before": date(2026, 5, 9)},
            "UID 5:* SINCE 31-Dec-2025 BEFORE 09-May-2026",
        ),
    ],
)
def test_what_is_asked(asked, command):
    with ScriptedServer(UID_SEARCH="* SEARCH 6 5 6\r\n{tag} OK done\r\n") as server:
        assert server.looking().numbers(**asked) == [5, 6]
        assert server.commands("UID SEARCH") == [f"UID SEARCH {command}"]
    with ScriptedServer(
        CAPABILITY=ESEARCH, UID_SEARCH='* ESEARCH (TAG "x") UID ALL 5:6\r\n{tag} OK done\r\n'
    ) as server:
        assert server.looking().numbers(**asked) == [5, 6]
        assert server.commands("UID SEARCH") == [f"UID SEARCH RETURN (ALL) {command}"]


def test_the_last_letter_is_told_also_when_it_is_no_new_one():
    with ScriptedServer(UID_SEARCH="* SEARCH 9\r\n{tag} OK done\r\n") as server:
        mailbox = server.looking()
        assert mailbox.numbers(above=9) == []
        assert mailbox.numbers(above=8) == [9]


def test_nothing_there_and_nothing_asked():
    with ScriptedServer(UID_SEARCH="* SEARCH\r\n{tag} OK done\r\n") as server:
        mailbox = server.looking()
        assert mailbox.numbers() == []
        assert mailbox.numbers(above=7, upto=7) == []
        assert mailbox.numbers(above=2**32 - 1) == []
        assert len(server.commands("UID SEARCH")) == 1


@pytest.mark.parametrize("capable", [PLAIN, ESEARCH])
def test_half_a_million_letters(capable):
    """A plain answer is one line of four megabytes."""
    every = range(1_000_001, 1_000_001 + 2 * MANY, 2)
    joined = (" " if capable == PLAIN else ",").join(map(str, every))
    head = "* SEARCH " if capable == PLAIN else '* ESEARCH (TAG "x") UID ALL '
    answer = head + joined + "\r\n{tag} OK done\r\n"
    with ScriptedServer(CAPABILITY=capable, UID_SEARCH=answer) as server:
        mailbox = server.looking()
        begin = time.monotonic()
        found = mailbox.numbers()
        assert time.monotonic() - begin < 10
        assert found == list(every)


def test_a_line_without_end(monkeypatch):
    monkeypatch.setattr(imap_wire, "LONGEST_LINE", 100_000)
    with ScriptedServer(UID_SEARCH="* SEARCH " + "1 " * 500_000) as server:
        mailbox = server.looking()
        with fails() as failure:
            mailbox.numbers()
    assert failure[0] == Trouble.REFUSED


def test_more_numbers_than_there_can_be():
    answer = '* ESEARCH (TAG "x") UID ALL 1:4294967295\r\n{tag} OK done\r\n'
    with ScriptedServer(CAPABILITY=ESEARCH, UID_SEARCH=answer) as server:
        mailbox = server.looking()
        with fails() as failure:
            mailbox.numbers()
    assert failure[0] == Trouble.REFUSED
