"""Laying a letter into a folder, and leaving."""

import time

import pytest

from okienko.channels.email.tests.scripted_imap import CUT, HANG, USUAL, ScriptedServer, fails
from okienko.inboxes.source import Trouble

pytestmark = pytest.mark.usefixtures("_english")


def test_laid_into_sent():
    with ScriptedServer(
        UID_SEARCH="* SEARCH\r\n{tag} OK done\r\n", APPEND="{tag} OK [APPENDUID 1 9] done\r\n"
    ) as server:
        mailbox = server.open()
        assert mailbox.append("Wysłane", b"Subject: x\r\n\r\ny\r\n", external_id="a.b@sklep.example")
        search, append = server.commands("UID SEARCH"), server.commands("APPEND")
        assert search == ['UID SEARCH HEADER Message-ID "<a.b@sklep.example>"']
        assert append[0].startswith('APPEND "Wys&AUI-ane" (\\Seen) "')
        assert append[0].endswith("\r\nSubject: x\r\n\r\ny")


def test_not_laid_twice():
    with ScriptedServer(UID_SEARCH="* SEARCH 4\r\n{tag} OK done\r\n") as server:
        assert not server.open().append("Sent", b"x", external_id="a@b.example")
        assert server.commands("APPEND") == []


def test_the_folder_looked_into_is_looked_into_again():
    search = ["* SEARCH 4\r\n{tag} OK done\r\n", "* SEARCH 11\r\n{tag} OK done\r\n"]
    with ScriptedServer(UID_SEARCH=search) as server:
        mailbox = server.looking()
        mailbox.append("Sent", b"x", external_id="a@b.example")
        assert mailbox.numbers() == [11]
        assert server.commands("EXAMINE") == ['EXAMINE "INBOX"', 'EXAMINE "Sent"', 'EXAMINE "INBOX"']


def test_also_when_there_is_no_such_folder():
    usual = USUAL["EXAMINE"]
    with ScriptedServer(
        EXAMINE=[usual, "{tag} NO [NONEXISTENT] none\r\n", usual],
        UID_SEARCH="* SEARCH 11\r\n{tag} OK done\r\n",
    ) as server:
        mailbox = server.looking()
        with fails() as failure:
            mailbox.append("Sent", b"x", external_id="a@b.example")
        assert failure[0] == Trouble.FOLDER
        assert mailbox.numbers() == [11]


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ("[TRYCREATE] no such mailbox", Trouble.FOLDER),
        ("[OVERQUOTA] Quota exceeded (mailbox for user is full)", Trouble.BUSY),
        ("Message too large", Trouble.REFUSED),
    ],
)
def test_not_taken(words, trouble):
    def refuse(talk, tag, _text):
        talk.say(f"{tag} NO {words}\r\n")

    with (
        ScriptedServer(UID_SEARCH="* SEARCH\r\n{tag} OK done\r\n", APPEND=refuse) as server,
        fails() as failure,
    ):
        server.open().append("Sent", b"x", external_id="a@b.example")
    assert failure[0] == trouble
    assert failure[1].endswith(words)


@pytest.mark.parametrize("external_id", ["a\r\nX DELETE INBOX", "zażółć@sklep.example"])
def test_no_commands_in_ids(external_id):
    with ScriptedServer() as server:
        mailbox = server.open()
        with pytest.raises(ValueError, match="Message-ID"):
            mailbox.append("Sent", b"x", external_id=external_id)


def never() -> bool:
    return False


def test_good_bye():
    with ScriptedServer() as server:
        mailbox = server.open()
        mailbox.close()
        mailbox.close()
        assert server.heard.count("LOGOUT") == 1


@pytest.mark.parametrize("answer", [HANG, CUT, "\xff\r\n", "{tag} NO stay\r\n", "{tag} BAD no\r\n"])
def test_leaving_never_fails(answer):
    with ScriptedServer(LOGOUT=answer) as server:
        mailbox = server.open(timeout=30)
        begin = time.monotonic()
        mailbox.close()
        assert time.monotonic() - begin < 4
        assert mailbox._wire.sock.fileno() == -1


def test_leaving_a_server_that_keeps_talking():
    def talk_on(talk, _tag, _text):
        for _second in range(60):
            talk.say("* OK one more thing\r\n")
            time.sleep(0.1)

    with ScriptedServer(LOGOUT=talk_on) as server:
        mailbox = server.open(timeout=30)
        begin = time.monotonic()
        mailbox.close()
        assert time.monotonic() - begin < 4


def test_first_a_folder():
    with ScriptedServer() as server:
        mailbox = server.open()
        for call in (mailbox.numbers, lambda: mailbox.sizes([1]), lambda: mailbox.wait(1, never)):
            with pytest.raises(RuntimeError, match="no folder is selected"):
                call()
