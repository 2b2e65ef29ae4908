"""Letters in one answer, whatever else the server says at that moment, and lines that break in it."""

import time

import pytest

from okienko.channels.email.tests.scripted_imap import CUT, HANG, ScriptedServer, fails
from okienko.inboxes.source import Fetched, Trouble

pytestmark = pytest.mark.usefixtures("_english")


def letter(number: int, body: bytes = b"x", place: int = 1) -> bytes:
    return b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)\r\n" % (place, number, len(body), body)


def payloads(found: list[Fetched]) -> dict[int, bytes]:
    return {one.number: one.payload for one in found}


def test_sizes_of_those_that_are_there():
    fetch = (
        "* 1 FETCH (RFC822.SIZE 100 UID 5)\r\n* 4 EXPUNGE\r\n* 2 FETCH (UID 6 FLAGS (\\Seen))\r\n"
        "* 3 FETCH (UID 8 RFC822.SIZE 300)\r\n* 3 FETCH (UID 99 RFC822.SIZE 1)\r\n{tag} OK done\r\n"
    )
    with ScriptedServer(UID_FETCH=fetch) as server:
        assert server.looking().sizes([5, 6, 7, 8]) == {5: 100, 8: 300}
        assert server.commands("UID FETCH") == ["UID FETCH 5:8 (UID RFC822.SIZE)"]


def test_a_batch_in_one_command_without_touching_flags():
    sizes = (
        "".join(f"* {place} FETCH (UID {place} RFC822.SIZE 1)\r\n" for place in (1, 2, 3, 7))
        + "{tag} OK done\r\n"
    )
    bodies = b"".join(letter(number) for number in (7, 3, 2, 1)) + b"{tag} OK done\r\n"
    with ScriptedServer(UID_FETCH=[sizes, bodies]) as server:
        mailbox = server.looking()
        mailbox.sizes([1, 2, 3, 7])
        assert mailbox.letters([7, 1, 2, 3], max_bytes=50) == [Fetched(n, b"x", 1) for n in (7, 1, 2, 3)]
        assert server.commands("UID FETCH") == [
            "UID FETCH 1:3,7 (UID RFC822.SIZE)",
            "UID FETCH 1:3,7 (UID FLAGS BODY.PEEK[])",
        ]


def test_the_beginning_of_long_ones():
    def fetch(talk, tag, text):
        if "SIZE" in text:
            talk.say("* 1 FETCH (UID 1 RFC822.SIZE 4)\r\n* 2 FETCH (UID 2 RFC822.SIZE 900)\r\n")
        elif "<0.6>" in text:
            talk.say("* 2 FETCH (UID 2 BODY[]<0> {6}\r\nabcdef)\r\n* 3 FETCH (UID 3 BODY[]<0> {2}\r\nno)\r\n")
        else:
            talk.say(letter(1, b"tiny"))
        talk.say(f"{tag} OK done\r\n")

    with ScriptedServer(UID_FETCH=fetch) as server:
        assert server.looking().letters([1, 2, 3], max_bytes=5) == [
            Fetched(1, b"tiny", 4),
            Fetched(2, b"abcde", 900),
            Fetched(3, b"no", 2),  # whose size the server kept to itself
        ]
        assert server.commands("UID FETCH") == [
            "UID FETCH 1:3 (UID RFC822.SIZE)",
            "UID FETCH 1 (UID FLAGS BODY.PEEK[])",
            "UID FETCH 2:3 (UID FLAGS BODY.PEEK[]<0.6>)",
        ]


def test_a_server_that_lies_about_sizes():
    """Exchange estimates. A letter that is cut says so, and one that is whole does not."""
    sizes = "* 1 FETCH (UID 1 RFC822.SIZE 5)\r\n* 2 FETCH (UID 2 RFC822.SIZE 9)\r\n{tag} OK done\r\n"
    bodies = letter(1, b"a" * 300_000) + letter(2, b"bb") + b"{tag} OK done\r\n"
    with ScriptedServer(UID_FETCH=[sizes, bodies]) as server:
        assert server.looking().letters([1, 2], max_bytes=10) == [
            Fetched(1, b"a" * 10, 11),
            Fetched(2, b"bb", 2),
        ]


def test_lines_in_between_and_letters_that_are_gone():
    sizes = "".join(f"* {n} FETCH (UID {n} RFC822.SIZE 9)\r\n" for n in range(1, 8)) + "{tag} OK done\r\n"
    bodies = (
        b"* OK still working\r\n"
        + letter(3, b"* 9 FETCH (UID 4 BODY[] {1}\r\nz)\r\n)")
        + b"* 5 EXPUNGE\r\n* 8 EXISTS\r\n* 1 RECENT\r\n"
        b"* 2 FETCH (FLAGS (\\Deleted) UID 2)\r\n"
        b"* 2 FETCH (BODY[] NIL UID 2)\r\n"
        b'* 1 FETCH (BODY[] "quoted \\"short\\"" FLAGS (\\Seen) UID 1 MODSEQ (12))\r\n'
        b"* 6 FETCH (UID 6 BODY[] {0}\r\n)\r\n"
        b"* 7 FETCH (UID 7)\r\n"
        b"* 9 FETCH nonsense\r\n* 9 FETCH (UID\r\n"
        b"* VANISHED 5\r\n" + letter(50) + b"{tag} OK done\r\n"
    )
    with ScriptedServer(UID_FETCH=[sizes, bodies]) as server:
        found = server.looking().letters([1, 2, 3, 4, 5, 6, 7], max_bytes=100)
        assert payloads(found) == {1: b'quoted "short"', 3: b"* 9 FETCH (UID 4 BODY[] {1}\r\nz)\r\n)"}


def test_an_empty_letter_is_one():
    fetch = ["* 1 FETCH (UID 1 RFC822.SIZE 0)\r\n{tag} OK done\r\n", letter(1, b"") + b"{tag} OK done\r\n"]
    with ScriptedServer(UID_FETCH=fetch) as server:
        assert server.looking().letters([1], max_bytes=100) == [Fetched(1, b"", 0)]


def test_every_byte_as_it_is():
    body = bytes(range(256)) * 1000 + b"\r\n{12}\r\n"
    sizes = "* 1 FETCH (UID 1 RFC822.SIZE 1)\r\n{tag} OK done\r\n"
    with ScriptedServer(UID_FETCH=[sizes, letter(1, body) + b"{tag} OK done\r\n"]) as server:
        assert payloads(server.looking().letters([1], max_bytes=10**6)) == {1: body}


def test_many_letters_are_asked_for_in_lines_that_servers_take():
    with ScriptedServer(UID_FETCH="{tag} OK done\r\n") as server:
        assert server.looking().sizes(range(1_000_000, 1_010_000, 2)) == {}
        assert max(len(text) for text in server.heard) < 4100
        assert len(server.commands("UID FETCH")) > 5


def test_no_letters_asked_for():
    with ScriptedServer() as server:
        assert server.looking().letters([], max_bytes=10) == []
        assert server.commands("UID") == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("{tag} NO [SERVERBUG] Internal error\r\n", "The mail server said no: [SERVERBUG] Internal error"),
        ("{tag} BAD Syntax error\r\n", "The mail server said no: Syntax error"),
        (
            letter(1) + b"{tag} NO Some messages could not be FETCHed\r\n",
            "The mail server said no: Some messages could not be FETCHed",
        ),
    ],
)
def test_a_batch_refused(answer, words):
    with ScriptedServer(UID_FETCH=["* 1 FETCH (UID 1 RFC822.SIZE 1)\r\n{tag} OK done\r\n", answer]) as server:
        mailbox = server.looking()
        with fails() as failure:
            mailbox.letters([1, 2], max_bytes=10)
        assert failure == [Trouble.REFUSED, words]
        server.answers["UID FETCH"] = [letter(1) + b"{tag} OK done\r\n"]
        assert payloads(mailbox.letters([1], max_bytes=10)) == {1: b"x"}


BREAKS = {
    "in a literal": (b"* 1 FETCH (UID 1 BODY[] {500}\r\nhalf", CUT),
    "after a literal": (b"* 1 FETCH (UID 1 BODY[] {4}\r\nhalf", CUT),
    "in a line": (b"* 1 FETCH (UI", CUT),
    "at once": CUT,
}


@pytest.mark.parametrize("answer", BREAKS.values(), ids=BREAKS)
def test_cut(answer):
    with ScriptedServer(UID_FETCH=answer) as server:
        mailbox = server.looking()
        with fails() as failure:
            mailbox.sizes([1])
        mailbox.close()
    assert failure == [Trouble.UNREACHABLE, "The mail server ended the connection."]


def test_stalled_in_a_literal():
    with ScriptedServer(UID_FETCH=(b"* 1 FETCH (UID 1 BODY[] {500}\r\nhalf", HANG)) as server:
        mailbox = server.looking(timeout=0.3)
        begin = time.monotonic()
        with fails() as failure:
            mailbox.sizes([1])
        mailbox.close()
        assert time.monotonic() - begin < 2
    assert failure[0] == Trouble.SILENT


def test_kept_waiting_for_ever():
    def put_off(talk, _tag, _text):
        for _second in range(100):
            talk.say("* OK Hang in there\r\n")
            time.sleep(0.1)

    with ScriptedServer(UID_FETCH=put_off) as server:
        mailbox = server.looking(timeout=30)
        mailbox._wire.longest = 0.5
        begin = time.monotonic()
        with fails() as failure:
            mailbox.sizes([1])
        assert time.monotonic() - begin < 3
    assert failure[0] == Trouble.SILENT


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ("Server shutting down.", Trouble.UNREACHABLE),
        ("[UNAVAILABLE] Autologout; too many sessions", Trouble.BUSY),
    ],
)
def test_good_bye_in_the_middle(words, trouble):
    with ScriptedServer(UID_FETCH=(f"* 1 FETCH (UID 1)\r\n* BYE {words}\r\n", CUT)) as server:
        mailbox = server.looking()
        with fails() as failure:
            mailbox.sizes([1])
    assert failure[0] == trouble
    assert failure[1].endswith(words)


@pytest.mark.parametrize(
    "garbage",
    [
        "\xff\xfe\x00garbage\r\n",
        "* SEARCH one two\r\nwhat?\r\n",
        "* 1 FETCH (UID 1 BODY[] {99999999999999999999\r\n\r\n",
        "A999 OK not ours\r\n",
        "\r\n",
        "no line end at all\n",
    ],
)
def test_garbage(garbage):
    with ScriptedServer(UID_FETCH=garbage) as server:
        mailbox = server.looking()
        with fails() as failure:
            mailbox.sizes([1])
        with fails() as afterwards:  # the answer to this would be the one to that
            mailbox.numbers()
        mailbox.close()
    assert afterwards == [Trouble.UNREACHABLE, "The mail server ended the connection."]
    assert server.commands("LOGOUT") == []
    assert failure[0] == Trouble.REFUSED
    assert failure[1].startswith("The mail server's answer cannot be understood: ")
