"""PostgreSQL goes away under running processes: they connect again by themselves, and nothing is lost or doubled."""

import time

import pytest

from tests.faults.browser import Browser
from tests.faults.mail import until
from tests.faults.stage import ANSWERS, letter

pytestmark = [pytest.mark.fault, pytest.mark.servers]
NUMBERS = range(1, 31)
CUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = 'fault' AND application_name <> 'test'"""
RECEIVED = "SELECT subject_id FROM events_event WHERE type = 'conversation.opened' AND subject_id > 3"


def test_every_connection_is_cut_while_letters_come_and_answers_go(on_postgresql):
    """The cuts also come between the mail server's taking an answer and its being written down."""
    house, sink, _ = on_postgresql
    sink.before_answering = lambda: house.ask(CUT)
    served = house.serve()
    postman = house.post(letter(number) for number in NUMBERS)
    for taken in (3, 12, 24):
        until(lambda taken=taken: postman.answers[250] >= taken)
        house.ask(CUT)
    postman.finish()
    house.rest(since=time.monotonic())
    house.has_received(NUMBERS)
    house.has_sent(sink)
    assert len(sink.accepted) == ANSWERS
    assert served.popen.poll() is None


def test_postgresql_is_started_again(on_postgresql):
    house, sink, server = on_postgresql
    served = house.serve()
    early = Browser(house.port, house.session)
    early.start()
    until(lambda: early.greetings["hello"] == 1)
    house.post(letter(number) for number in NUMBERS[:10]).finish()
    server.stop()  # while nobody asks anything: each thread finds out at its next letter
    postman = house.post(letter(number) for number in NUMBERS[10:])
    until(lambda: postman.answers[451] >= 2)
    server.start()
    late = Browser(house.port, house.session)
    late.start()
    postman.finish()
    house.rest(since=time.monotonic())
    until(lambda: late.greetings["hello"] == 1)
    house.has_received(NUMBERS)
    house.has_sent(sink)
    received = {f"conversation/{pk}" for (pk,) in house.ask(RECEIVED)}
    until(lambda: {topic for _, topic in early.told} >= received)
    positions = [tuple(map(int, name.split(".")[1:])) for name, _ in early.told]
    assert positions == sorted(set(positions))
    early.stopping.set()
    late.stopping.set()
    assert served.popen.poll() is None
    house.end()
