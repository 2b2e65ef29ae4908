"""The change stream inside one process: positions, ring, audiences, slow readers."""

import asyncio
import threading

import pytest
from django.db import connection, transaction

from okienko.events import cursor, tailer
from okienko.events.cursor import Position, Row
from okienko.events.hub import BACKLOG, Change, Hub, Subscriber
from okienko.events.log import Actor, record
from okienko.events.models import Event
from okienko.events.registry import REGISTRY
from okienko.events.tests.house import WAIT, BellRang

EVERYBODY, ANNA, BARTEK = None, 1, 2


def ring(bell_id: int):
    with transaction.atomic():
        return record(BellRang(bell_id=bell_id), actor=Actor.system())


def change(number: int, audience=EVERYBODY) -> Change:
    return Change(Position(0, number), f"bell/{number}", audience)


def on_a_loop(scenario):
    """Run `scenario(hub)` on a loop with a hub whose log stands at 100."""

    async def run():
        hub = Hub(asyncio.get_running_loop(), epoch="e1", start=Position(0, 100))
        await asyncio.sleep(0)  # the first sign of life, to nobody yet
        try:
            return await scenario(hub)
        finally:
            hub.close()

    return asyncio.run(run())


def read(subscriber: Subscriber) -> list[str]:
    """The topics and comments that lie ready."""
    data = b"".join(subscriber.frames).decode()
    return [line.removeprefix("data: ") for line in data.splitlines() if line.startswith(("data: ", ":"))]


def test_everybody_hears_what_everybody_may_know():
    async def scenario(hub):
        anna, bartek = hub.subscribe(ANNA), hub.subscribe(BARTEK)
        hub.publish([change(101), change(102, frozenset({ANNA})), change(103, frozenset())])
        return read(anna), read(bartek)

    assert on_a_loop(scenario) == (["bell/101", "bell/102"], ["bell/101"])


def test_frames_carry_epoch_and_position():
    async def scenario(hub):
        anna = hub.subscribe(ANNA)
        hub.publish([Change(Position(7, 101), "bell/1", EVERYBODY)])
        return await anna.next(), hub.hello(), hub.reset()

    assert on_a_loop(scenario) == (
        b"id: e1.7.101\ndata: bell/1\n\n",
        b"id: e1.7.101\ndata: hello\n\n",
        b"id: e1.7.101\ndata: reset\n\n",
    )


def test_the_ring_answers_for_what_it_holds(monkeypatch):
    monkeypatch.setattr("okienko.events.hub.RING", 3)

    async def scenario(hub):
        hub.publish([change(number) for number in range(101, 106)])
        return {after: hub.since(Position(0, after)) for after in (100, 101, 102, 104, 105, 999)}

    assert on_a_loop(scenario) == {
        100: None,
        101: None,
        102: [change(103), change(104), change(105)],
        104: [change(105)],
        105: [],
        999: [],
    }


def test_who_left_before_the_process_began_is_not_in_the_ring():
    async def scenario(hub):
        hub.publish([change(101)])
        return hub.since(Position(0, 99)), hub.since(Position(0, 100))

    assert on_a_loop(scenario) == (None, [change(101)])


@pytest.mark.parametrize(
    ("given", "position"),
    [
        ("e1.0.7", Position(0, 7)),
        ("e1.9223372036854775807.12", Position(9223372036854775807, 12)),
        ("e2.0.7", None),
        ("", None),
        ("e1", None),
        ("e1.0", None),
        ("e1.0.-7", None),
        ("e1.0.7.1", None),
        ("e1.0.²", None),
        ("e1.x.y", None),
    ],
)
def test_ids_of_browsers(given, position):
    async def scenario(hub):
        return hub.position_of(given)

    assert on_a_loop(scenario) == position


def test_who_reads_too_slowly_is_told_to_ask_for_everything():
    async def scenario(hub):
        slow, quick = hub.subscribe(ANNA), hub.subscribe(BARTEK)
        for number in range(101, 101 + BACKLOG):
            hub.publish([change(number)])
        await quick.next()
        assert len(slow.frames) == BACKLOG
        hub.publish([change(900), change(901)])
        return read(slow), read(quick)

    assert on_a_loop(scenario) == (["reset", "bell/901"], ["bell/900", "bell/901"])


def test_a_sign_of_life_goes_to_the_silent_only():
    async def scenario(hub):
        silent, busy = hub.subscribe(ANNA), hub.subscribe(BARTEK)
        hub._push(busy, b"data: x\n\n")
        hub._send_beat()
        hub._timers["beat"].cancel()
        return list(silent.frames), list(busy.frames)

    assert on_a_loop(scenario) == ([b":\n\n"], [b"data: x\n\n"])


def test_the_end_wakes_everybody():
    async def scenario(hub):
        waiting = [hub.subscribe(ANNA) for _ in range(3)]
        tasks = [asyncio.create_task(one.next()) for one in waiting]
        await asyncio.sleep(0)
        hub.close()
        return await asyncio.wait_for(asyncio.gather(*tasks), 5)

    assert on_a_loop(scenario) == [b"", b"", b""]


def test_audiences_come_from_the_wiring_and_the_unlisted_are_told_to_nobody(monkeypatch):
    asked = []

    def of_bells(ids):
        asked.append(ids)
        return {1: None, 2: frozenset({ANNA})}

    monkeypatch.setattr(REGISTRY, "audiences", {"bell": of_bells})
    rows = [
        Row(Position(0, number), "t", kind, pk)
        for number, (kind, pk) in enumerate(
            [("bell", 2), ("bell", 1), ("bell", 3), ("vault", 1), ("bell", 2)]
        )
    ]
    changes = tailer.changes_of(rows)
    assert [one.audience for one in changes] == [
        frozenset({ANNA}), None, frozenset(), frozenset(), frozenset({ANNA}),
    ]  # fmt: skip
    assert [one.topic for one in changes] == ["bell/2", "bell/1", "bell/3", "vault/1", "bell/2"]
    assert asked == [[1, 2, 3]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("epoch")
class TestTailer:
    def test_tells_what_this_process_and_others_write(self, monkeypatch):
        # PostgreSQL: while another database of the cluster has an older transaction open, the beginning lies
        # before the first bell, which is then told, too. Telling twice is allowed, leaving out is not.
        monkeypatch.setattr(REGISTRY, "audiences", {"bell": dict.fromkeys})
        ring(1)

        async def scenario():
            reader = await asyncio.to_thread(in_thread, tailer.start, asyncio.get_running_loop())
            try:
                anna = reader.hub.subscribe(ANNA)
                await asyncio.to_thread(in_thread, ring, 2)
                await asyncio.to_thread(in_thread, ring, 3)
                heard = []
                while "data: bell/3" not in heard:
                    data = await asyncio.wait_for(anna.next(), 20)
                    heard += [line for line in data.decode().splitlines() if line.startswith("data: ")]
                return heard[-2:], [one.topic for one in reader.hub.ring][-2:], reader.lag_seconds() < 20
            finally:
                reader.hub.close()
                await asyncio.to_thread(in_thread, reader.stop)

        assert asyncio.run(scenario()) == (["data: bell/2", "data: bell/3"], ["bell/2", "bell/3"], True)
        everybody_has_left()


def in_thread(act, *arguments):
    try:
        return act(*arguments)
    finally:
        connection.close()


def everybody_has_left():
    """The threads of a tailer keep a connection; the test's database must be free of them."""
    WAIT(lambda: not [one for one in threading.enumerate() if one.name.startswith("tailer")])


@pytest.mark.django_db(transaction=True)
def test_a_reader_goes_on_where_it_stood():
    before = cursor.last()
    events = [ring(number) for number in (1, 2, 3)]
    WAIT(lambda: len(cursor.newer_than(before).rows) == 3)
    batch = cursor.newer_than(before)
    assert [(row.position.id, row.type, row.subject_type, row.subject_id) for row in batch.rows] == [
        (event.pk, "tests.bell_rang", "bell", number) for number, event in enumerate(events, 1)
    ]
    assert batch.held_back is False
    assert [row.position.id for row in cursor.newer_than(before, most=2).rows] == [
        one.pk for one in events[:2]
    ]
    assert [row.position.id for row in cursor.newer_than(batch.rows[1].position).rows] == [events[2].pk]
    assert cursor.last() == batch.rows[-1].position
    assert cursor.newer_than(cursor.last()).rows == []


@pytest.mark.django_db(transaction=True)
def test_an_empty_log_begins_at_nothing():
    assert (Event.objects.count(), cursor.last()) == (0, Position(0, 0))
    assert cursor.oldest_open_transaction_seconds() >= 0.0


def test_positions_are_ordered_by_transaction_first():
    assert sorted([Position(2, 1), Position(1, 9), Position(1, 3)]) == [
        Position(1, 3), Position(1, 9), Position(2, 1),
    ]  # fmt: skip
