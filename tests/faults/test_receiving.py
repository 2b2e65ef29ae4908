"""Killed while a letter comes in or is read: the mail server brings it again, and in the end it is there once."""

import socket
import time

import pytest

from tests.faults.stage import SHOP, letter

pytestmark = pytest.mark.fault
NUMBERS = range(1, 13)

PLACES = {
    "after the file, before the row": ("before", "okienko.files.store.saved", 4),
    "after the commit, before the answer": ("after", "okienko.inboxes.listeners.take_in", 4),
    "between commit and wake-up": ("before", "okienko.events.wakeup._ring", 4),
    "while reading, before the commit": ("before", "okienko.conversations.operations.receiving.mark_read", 4),
    "after reading, before its job is done": ("after", "okienko.conversations.operations.receive", 4),
}


@pytest.mark.parametrize("place", PLACES)
def test_killed(house, sink, place):
    # Without network threads: what is sent while the process dies may go twice (test_sending.py).
    dying = house.start("serve", dying=PLACES[place], OKIENKO_NETWORK_THREADS="0")
    postman = house.post(letter(number) for number in NUMBERS)
    house.dies(dying)
    began = time.monotonic()
    house.serve()
    postman.finish()
    house.rest(since=began)
    house.has_received(NUMBERS)
    house.has_sent(sink)


def test_killed_in_the_middle_of_the_data(house, sink):
    server = house.serve(OKIENKO_NETWORK_THREADS="0")
    with socket.create_connection(("127.0.0.1", house.lmtp_port)) as line, line.makefile("rb") as answers:
        for words in ("LHLO mx.example", "MAIL FROM:<zofia@klient.example>", f"RCPT TO:<{SHOP}>", "DATA"):
            line.sendall(words.encode() + b"\r\n")
            while (answer := answers.readline())[3:4] == b"-":
                pass
        # The banner came first, so that one answer is still to be read.
        assert (answer[:3], answers.readline()[:3]) == (b"250", b"354")
        line.sendall(letter(1, size=200_000)[:100_000])
        server.kill()
    assert house.ask("SELECT count(*) FROM inboxes_arrival") == [(3,)]
    began = time.monotonic()
    house.serve()
    house.post([letter(1, size=200_000)]).finish()
    house.rest(since=began)
    house.has_received([1])
    house.has_sent(sink)
