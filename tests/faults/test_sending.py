"""Killed while answers go out: each reaches the mail server, once wherever that can be known."""

import time

import pytest

from tests.faults.stage import ANSWERS

pytestmark = pytest.mark.fault

# docs/operations.md, "what can still be sent twice": the last place is that one case.
PLACES = {
    "between claim and dialogue": ("after", "okienko.conversations.operations.sending.claimed", 2, 0),
    "before the dialogue": ("before", "okienko.channels.email.smtp._handed_over", 2, 0),
    "after the result is written down": (
        "after",
        "okienko.conversations.operations.sending.written_down",
        2,
        0,
    ),
    "accepted, not yet written down": (
        "before",
        "okienko.conversations.operations.sending.written_down",
        2,
        1,
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_killed(house, sink, place):
    *dying, twice = PLACES[place]
    one_at_a_time = {"OKIENKO_NETWORK_THREADS": "1"}
    house.dies(house.start("worker", dying=tuple(dying), **one_at_a_time))
    began = time.monotonic()
    house.start("worker", **one_at_a_time)
    house.rest(since=began)
    house.has_sent(sink, twice=twice)
    assert house.ask("SELECT state, attempts FROM conversations_delivery") == [("sent", 1)] * ANSWERS


def test_killed_while_the_reaction_queues_the_sending(house, sink):
    """The reaction runs again and may queue a second sending; the letter still goes once."""
    house.dies(house.start("worker", dying=("after", "okienko.events.backend.LeaseQueue.enqueue", 1)))
    began = time.monotonic()
    house.start("worker")
    house.rest(since=began)
    house.has_sent(sink)
