"""Waiting for letters, and what the line may do meanwhile."""

import threading
import time

import pytest

from okienko.channels.email import imap
from okienko.channels.email.tests.scripted_imap import CUT, HANG, ScriptedServer, fails
from okienko.inboxes.source import Trouble

pytestmark = pytest.mark.usefixtures("_english")
NO_IDLE = "* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"


def never() -> bool:
    return False


def told_later(talk, tag, _text):
    talk.say("* OK Still here\r\n+ idling\r\n")
    time.sleep(0.2)
    talk.say("* OK Still here\r\n* 3 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* 4 EX")
    time.sleep(0.2)
    talk.say("ISTS\r\n")
    talk.hear()
    talk.say(f"{tag} OK done\r\n")


def test_told_of_a_new_letter():
    with ScriptedServer(IDLE=told_later, UID_SEARCH="* SEARCH\r\n{tag} OK done\r\n") as server:
        mailbox = server.looking()
        begin = time.monotonic()
        assert mailbox.wait(20, never)
        assert 0.3 < time.monotonic() - begin < 3
        assert mailbox.wait(20, never)  # until somebody has looked
        assert len(server.commands("IDLE")) == 1
        mailbox.numbers(above=9)
        assert len(server.commands("UID SEARCH")) == 1


def quiet(talk, tag, _text):
    talk.say("+ idling\r\n")
    talk.hear()
    talk.say(f"{tag} OK done\r\n")


def test_nothing_happens():
    with ScriptedServer(IDLE=quiet) as server:
        mailbox = server.looking()
        begin = time.monotonic()
        assert not mailbox.wait(0.5, never)
        assert 0.4 < time.monotonic() - begin < 2
        assert not mailbox.wait(0.2, never)
        assert server.heard.count("IDLE") == 2


@pytest.mark.parametrize("capable", [NO_IDLE, "* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK done\r\n"])
def test_stopped(capable):
    with ScriptedServer(CAPABILITY=capable, IDLE=quiet) as server:
        mailbox = server.looking()
        over = threading.Event()
        threading.Timer(0.3, over.set).start()
        begin = time.monotonic()
        assert not mailbox.wait(30, over.is_set)
        assert time.monotonic() - begin < 3


def test_a_letter_that_came_while_we_fetched_others():
    """After the search was answered, before the wait: IDLE would not tell of it any more."""
    search = "* SEARCH 5\r\n* 4 EXISTS\r\n{tag} OK done\r\n"
    with ScriptedServer(IDLE=quiet, UID_SEARCH=[search, "* SEARCH 5 6\r\n{tag} OK done\r\n"]) as server:
        mailbox = server.looking()
        assert mailbox.numbers() == [5]
        begin = time.monotonic()
        assert mailbox.wait(20, never)
        assert time.monotonic() - begin < 1
        assert mailbox.numbers() == [5, 6]
        assert not mailbox.wait(0.2, never)


def looked_into(next_number: int) -> str:
    return f"* {next_number} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT {next_number}] x\r\n{{tag}} OK done\r\n"


@pytest.mark.parametrize(
    ("then", "asked", "is_news"),
    [
        (10, {}, False),
        (11, {"above": 8}, True),
        (11, {"above": 9}, True),
        (11, {"upto": 8}, False),  # nobody has looked for new ones yet
    ],
)
def test_a_letter_that_came_while_we_looked_elsewhere(then, asked, is_news):
    examine = [looked_into(10), looked_into(5), looked_into(then), looked_into(then)]
    search = ["* SEARCH 9\r\n{tag} OK done\r\n", "* SEARCH 10\r\n{tag} OK done\r\n"]
    with ScriptedServer(IDLE=quiet, EXAMINE=examine, UID_SEARCH=search) as server:
        mailbox = server.looking()
        mailbox.numbers(**asked)
        mailbox.select("Junk")
        mailbox.select("INBOX")
        assert mailbox.wait(0.3, never) == is_news
        assert mailbox.numbers(above=9) == [10]
        mailbox.select("INBOX")
        assert not mailbox.wait(0.2, never)


def test_one_gone_and_one_come():
    search = "* SEARCH 5\r\n* 2 EXPUNGE\r\n* 3 EXISTS\r\n{tag} OK done\r\n"
    with ScriptedServer(IDLE=quiet, UID_SEARCH=search) as server:
        mailbox = server.looking()
        mailbox.numbers()
        assert mailbox.wait(20, never)


def test_one_gone_is_no_news():
    def gone(talk, tag, _text):
        talk.say("+ idling\r\n* 2 EXPUNGE\r\n* 2 EXISTS\r\n* 2 EXISTS\r\n")
        talk.hear()
        talk.say(f"{tag} OK done\r\n")

    with ScriptedServer(IDLE=gone) as server:
        assert not server.looking().wait(0.4, never)


def test_asked_now_and_then_where_nobody_tells(monkeypatch):
    monkeypatch.setattr(imap, "ASK_EVERY", 0.1)
    with ScriptedServer(
        CAPABILITY=NO_IDLE, NOOP=["{tag} OK done\r\n"] * 2 + ["* 4 EXISTS\r\n{tag} OK done\r\n"]
    ) as server:
        assert server.looking().wait(20, never)
        assert server.commands("IDLE") == []
        assert server.heard.count("NOOP") == 3


def test_a_server_that_promised_idle(monkeypatch):
    monkeypatch.setattr(imap, "ASK_EVERY", 0.1)
    with ScriptedServer(IDLE="{tag} NO not for you\r\n") as server:
        mailbox = server.looking()
        assert not mailbox.wait(0.3, never)
        assert not mailbox.wait(0.1, never)
        assert server.heard.count("IDLE") == 1
        assert server.heard.count("NOOP") >= 3


def test_idle_is_begun_again_before_the_server_tires(monkeypatch):
    monkeypatch.setattr(imap, "IDLE_AGAIN", 0.2)
    with ScriptedServer(IDLE=quiet) as server:
        assert not server.looking().wait(0.9, never)
        assert 4 <= server.heard.count("IDLE") <= 5


def test_cut_while_waiting():
    with ScriptedServer(IDLE=quiet) as server:
        mailbox = server.looking()
        threading.Timer(0.3, server.cut).start()
        begin = time.monotonic()
        with fails() as failure:
            mailbox.wait(30, never)
        assert time.monotonic() - begin < 3
    assert failure == [Trouble.UNREACHABLE, "The mail server ended the connection."]


def test_good_bye_while_waiting():
    with ScriptedServer(IDLE=("+ idling\r\n* BYE Autologout; idle for too long\r\n", CUT)) as server:
        mailbox = server.looking()
        with fails() as failure:
            mailbox.wait(30, never)
    assert failure == [
        Trouble.UNREACHABLE,
        "The mail server ended the connection: Autologout; idle for too long",
    ]


def test_a_server_that_died_in_its_sleep():
    """It does not even answer that the waiting is over."""
    with ScriptedServer(IDLE=("+ idling\r\n", HANG)) as server:
        mailbox = server.looking(timeout=0.5)
        begin = time.monotonic()
        with fails() as failure:
            mailbox.wait(0.3, never)
        mailbox.close()
        assert time.monotonic() - begin < 2
    assert failure[0] == Trouble.SILENT
