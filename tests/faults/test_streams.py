"""A browser whose server is killed under it, again and again, misses nothing and is told nothing twice."""

from collections import Counter

import pytest

from tests.faults.browser import Browser
from tests.faults.mail import until
from tests.faults.stage import letter

pytestmark = pytest.mark.fault
NUMBERS = range(1, 31)


def test_resumed_streams(house):
    server = house.serve(OKIENKO_NETWORK_THREADS="0")
    browsers = [Browser(house.port, house.session) for _ in range(3)]
    for browser in browsers:
        browser.start()
    until(lambda: all(browser.greetings["hello"] == 1 for browser in browsers))
    ((start,),) = house.ask("SELECT max(id) FROM events_event")
    postman = house.post(letter(number) for number in NUMBERS)
    for taken in (8, 18):
        until(lambda taken=taken: postman.answers[250] >= taken)
        server.kill()
        server = house.serve(OKIENKO_NETWORK_THREADS="0")
    postman.finish()
    until(
        lambda: (
            house.ask("SELECT count(*) FROM inboxes_arrival WHERE state = 'done'") == [(3 + len(NUMBERS),)]
        )
    )
    newest = house.ask(NEWEST.format(start))
    try:
        until(
            lambda: all(
                {int(name.rpartition(".")[2]) for name, _ in b.told} >= {event for _, _, event in newest}
                for b in browsers
            )
        )
    finally:
        for browser in browsers:
            browser.stopping.set()
    kinds = Counter(kind for kind, _, _ in newest)
    assert kinds == {"conversation": len(NUMBERS), "contact": len(NUMBERS)}
    for browser in browsers:
        positions = [tuple(map(int, name.split(".")[1:])) for name, _ in browser.told]
        assert positions == sorted(set(positions))
        assert browser.greetings == {"hello": 3}
        # Of several changes to one thing the last one counts.
        heard = {topic: int(name.rpartition(".")[2]) for name, topic in browser.told}
        assert heard == {f"{kind}/{pk}": event for kind, pk, event in newest}


NEWEST = "SELECT subject_type, subject_id, max(id) FROM events_event WHERE id > {} GROUP BY subject_type, subject_id"
