"""The local door, with the standard library's LMTP client as the mail server."""

import smtplib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from okienko.channels.email import lmtp
from okienko.channels.email.lmtp import Door

LETTER = b"From: zofia@poczta.example\r\nSubject: x\r\n\r\nczesc\r\n"
MAX_BYTES = 3_000_000


class Inboxes:
    """Where letters are stored, and what may go wrong there."""

    def __init__(self):
        self.letters = []
        self.trouble = {}

    def deliver(self, recipient: str, payload: bytes):
        if recipient in self.trouble:
            raise self.trouble[recipient]
        self.letters.append((recipient, payload))


@pytest.fixture
def inboxes():
    return Inboxes()


@pytest.fixture
def door(inboxes):
    opened = Door("127.0.0.1", 0, inboxes.deliver, max_bytes=MAX_BYTES)
    yield opened
    opened.close()


@pytest.fixture
def client(door):
    with smtplib.LMTP(*door.address) as server:
        yield server


class Wire:
    """A mail server's side of the line, byte for byte."""

    def __init__(self, address):
        self.socket = socket.create_connection(address, timeout=10)
        self.lines = self.socket.makefile("rb")

    def say(self, data: bytes, answers: int) -> list[bytes]:
        self.socket.sendall(data)
        return [self.answer() for _ in range(answers)]

    def answer(self) -> bytes:
        while (line := self.lines.readline())[3:4] == b"-":
            pass
        return line.rstrip()

    def close(self):
        self.lines.close()
        self.socket.close()


@pytest.fixture
def wire(door):
    line = Wire(door.address)
    line.say(b"", 1)
    line.say(b"LHLO mx.example\r\n", 1)
    yield line
    line.close()


def test_a_letter_is_stored_untouched(client, inboxes):
    client.sendmail("z@p.example", ["sklep@s.example"], LETTER)
    assert inboxes.letters == [("sklep@s.example", LETTER)]


def test_each_recipient_has_an_answer(wire, inboxes):
    inboxes.trouble = {"nikt@s.example": KeyError("nikt"), "pelna@s.example": OSError(28, "No space left")}
    wire.say(b"MAIL FROM:<z@p.example>\r\n", 1)
    for address in (b"sklep", b"nikt", b"pelna", b"biuro"):
        wire.say(b"RCPT TO:<" + address + b"@s.example>\r\n", 1)
    assert wire.say(b"DATA\r\n", 1)[0][:3] == b"354"
    assert wire.say(LETTER + b".\r\n", 4) == [
        b"250 2.1.5 stored",
        b"550 5.1.1 no such address here",
        b"451 4.3.0 the message could not be stored, try again later",
        b"250 2.1.5 stored",
    ]
    assert inboxes.letters == [("sklep@s.example", LETTER), ("biuro@s.example", LETTER)]


@pytest.mark.parametrize("trouble", [OSError("disk"), RuntimeError("bug"), ValueError("bug")])
def test_whatever_goes_wrong_the_mail_server_keeps_the_letter(client, inboxes, trouble):
    inboxes.trouble = {"sklep@s.example": trouble}
    with pytest.raises(smtplib.SMTPDataError) as caught:
        client.sendmail("z@p.example", ["sklep@s.example"], LETTER)
    assert caught.value.smtp_code == 451
    inboxes.trouble = {}
    client.sendmail("z@p.example", ["sklep@s.example"], LETTER)
    assert len(inboxes.letters) == 1


def test_said_only_after_it_is_stored(inboxes):
    begun, go = threading.Event(), threading.Event()

    def deliver(recipient, payload):
        begun.set()
        go.wait(5)
        inboxes.deliver(recipient, payload)

    door = Door("127.0.0.1", 0, deliver, max_bytes=MAX_BYTES)
    wire = Wire(door.address)
    wire.say(b"", 1)
    wire.say(b"LHLO x\r\nMAIL FROM:<z@p.example>\r\nRCPT TO:<s@s.example>\r\nDATA\r\n", 4)
    wire.socket.sendall(LETTER + b".\r\n")
    assert begun.wait(5)
    wire.socket.settimeout(0.2)
    with pytest.raises(TimeoutError):
        wire.socket.recv(1, socket.MSG_PEEK)
    assert inboxes.letters == []
    go.set()
    wire.socket.settimeout(5)
    assert wire.socket.recv(100) == b"250 2.1.5 stored\r\n"
    wire.close()
    door.close()


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (b"..kropka\r\n", b".kropka\r\n"),
        (b"a\r\n..\r\n...b\r\n", b"a\r\n.\r\n..b\r\n"),
        (b"a\n.\nb\r\n", b"a\n.\nb\r\n"),
        (b"\x00\xff\xfe 8bit \xc5\xbc\r\n", b"\x00\xff\xfe 8bit \xc5\xbc\r\n"),
        (b"koniec.\r\n", b"koniec.\r\n"),
        (b"", b""),
        (b"\r\n", b"\r\n"),
        (b"x" * 600_000 + b"\r\n", b"x" * 600_000 + b"\r\n"),
        (b"bare \r cr\r\n", b"bare \r cr\r\n"),
    ],
)
def test_data_byte_for_byte(wire, inboxes, sent, stored):
    wire.say(b"MAIL FROM:<>\r\nRCPT TO:<s@s.example>\r\nDATA\r\n", 3)
    assert wire.say(sent + b".\r\n", 1) == [b"250 2.1.5 stored"]
    assert inboxes.letters == [("s@s.example", stored)]


def test_data_that_come_a_byte_at_a_time(wire, inboxes):
    wire.say(b"MAIL FROM:<>\r\nRCPT TO:<s@s.example>\r\nDATA\r\n", 3)
    for byte in LETTER + b".\r\n":
        wire.socket.sendall(bytes([byte]))
        time.sleep(0.002)
    assert wire.answer() == b"250 2.1.5 stored"
    assert inboxes.letters == [("s@s.example", LETTER)]


def test_everything_in_one_packet_and_two_letters(wire, inboxes):
    one = b"MAIL FROM:<z@p.example> BODY=8BITMIME\r\nRCPT TO:<s@s.example>\r\nDATA\r\n" + LETTER + b".\r\n"
    answers = wire.say(one + one + b"QUIT\r\n", 9)
    assert [answer[:3] for answer in answers] == [b"250", b"250", b"354", b"250"] * 2 + [b"221"]
    assert inboxes.letters == [("s@s.example", LETTER)] * 2


def test_a_letter_too_big_is_refused_for_each_and_the_line_goes_on(wire, inboxes):
    wire.say(b"MAIL FROM:<z@p.example>\r\nRCPT TO:<a@s.example>\r\nRCPT TO:<b@s.example>\r\nDATA\r\n", 4)
    answers = wire.say(b"x" * 70 + b"\r\n" + b"y" * MAX_BYTES + b"\r\n.\r\n", 2)
    assert [answer[:9] for answer in answers] == [b"552 5.3.4"] * 2
    wire.say(b"MAIL FROM:<z@p.example>\r\nRCPT TO:<a@s.example>\r\nDATA\r\n", 3)
    assert wire.say(LETTER + b".\r\n", 1) == [b"250 2.1.5 stored"]
    assert inboxes.letters == [("a@s.example", LETTER)]


def test_an_announced_size_too_big_is_refused_at_once(client):
    client.ehlo_or_helo_if_needed()
    code, _ = client.mail("z@p.example", [f"SIZE={MAX_BYTES + 1}"])
    assert code == 552


def test_what_the_greeting_promises(client):
    client.ehlo_or_helo_if_needed()
    offered = ("size", "8bitmime", "smtputf8", "pipelining", "enhancedstatuscodes")
    assert [client.has_extn(name) for name in offered] == [True] * 5
    assert client.esmtp_features["size"] == str(MAX_BYTES)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"EHLO x\r\n", b"500"),
        (b"DATA\r\n", b"503"),
        (b"MAIL FROM:<a@b.example>\r\nDATA\r\n", b"503"),
        (b"RCPT TO:<a@b.example>\r\n", b"503"),
        (b"NONSENSE\r\n", b"500"),
    ],
)
def test_what_is_no_lmtp_is_refused(wire, said, code):
    assert wire.say(said, said.count(b"\n"))[-1][:3] == code


def test_a_line_cut_in_the_middle_stores_nothing(wire, inboxes, door):
    wire.say(b"MAIL FROM:<z@p.example>\r\nRCPT TO:<a@s.example>\r\nDATA\r\n", 3)
    wire.socket.sendall(LETTER)
    wire.close()
    deadline = time.monotonic() + 5
    while door.boxes and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (inboxes.letters, door.boxes, door.letters) == ([], set(), 0)


def test_two_hundred_at_once(door, inboxes):
    def post(number):
        with smtplib.LMTP(*door.address) as server:
            server.sendmail("z@p.example", [f"a{number}@s.example"], LETTER)
            server.sendmail("z@p.example", [f"b{number}@s.example"], LETTER)

    with ThreadPoolExecutor(40) as pool:
        list(pool.map(post, range(200)))
    assert sorted(recipient for recipient, _ in inboxes.letters) == sorted(
        f"{letter}{number}@s.example" for number in range(200) for letter in "ab"
    )


def test_stopping_is_quick_with_lines_open_and_a_letter_stuck(inboxes):
    stuck = threading.Event()
    door = Door("127.0.0.1", 0, lambda *_letter: stuck.wait(4), max_bytes=MAX_BYTES)
    idle, busy = Wire(door.address), Wire(door.address)
    idle.say(b"", 1)
    busy.say(b"", 1)
    busy.say(b"LHLO x\r\nMAIL FROM:<z@p.example>\r\nRCPT TO:<s@s.example>\r\nDATA\r\n", 4)
    busy.socket.sendall(LETTER + b".\r\n")
    time.sleep(0.1)
    before = time.monotonic()
    door.close()
    assert time.monotonic() - before < 2
    assert not door.thread.is_alive()
    assert busy.lines.read() == b""
    stuck.set()
    idle.close()
    busy.close()


def test_an_idle_door_stops_at_once_and_twice(door):
    before = time.monotonic()
    door.close()
    door.close()
    assert time.monotonic() - before < 0.5
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(door.address, timeout=1)


def test_no_address_no_door(settings):
    settings.LMTP_ADDRESS = ""
    assert lmtp.LISTENER.start(lambda *_letter: None) is None


def test_the_listener_opens_where_it_is_told(settings, inboxes):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.LMTP_ADDRESS = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(OSError, match="address already in use"):
            lmtp.LISTENER.start(inboxes.deliver)
    stop = lmtp.LISTENER.start(inboxes.deliver)
    with smtplib.LMTP("127.0.0.1", int(settings.LMTP_ADDRESS.rpartition(":")[2])) as server:
        server.sendmail("z@p.example", ["s@s.example"], LETTER)
    stop()
    assert inboxes.letters == [("s@s.example", LETTER)]


def test_an_address_without_a_port_is_told(settings):
    settings.LMTP_ADDRESS = "localhost"
    with pytest.raises(ValueError, match="OKIENKO_LMTP must look like"):
        lmtp.start(lambda *_letter: None)
