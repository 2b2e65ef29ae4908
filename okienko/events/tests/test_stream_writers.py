"""Many writers at once: a reader of the log misses nothing and reads nothing twice."""

import random
import threading
import time

import pytest
from django.db import connection, transaction

from okienko.events import cursor
from okienko.events.log import Actor, record
from okienko.events.models import Event
from okienko.events.tests.house import WAIT, BellRang

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, TRANSACTIONS = 6, 30


def write(number: int, written: list[int]):
    """Transactions of random length, each with a few events spread over it."""
    chance = random.Random(number)
    for _ in range(TRANSACTIONS):
        with transaction.atomic():
            made = []
            for _ in range(chance.randint(1, 4)):
                made.append(record(BellRang(bell_id=number), actor=Actor.system()).pk)
                time.sleep(chance.random() * 0.006)
        written += made
    connection.close()


class Reader(threading.Thread):
    """Follows the log until told to stop, and then to its end."""

    def __init__(self, newer):
        super().__init__()
        self.newer = newer  # position → (ids, next position)
        self.position = None
        self.ids: list[int] = []
        self.stopping = threading.Event()

    def run(self):
        while self.look() or not self.stopping.is_set():
            time.sleep(0.001)
        connection.close()

    def look(self) -> int:
        found, self.position = self.newer(self.position)
        self.ids += found
        return len(found)


def careful(position):
    rows = cursor.newer_than(position or cursor.Position()).rows
    return [row.position.id for row in rows], rows[-1].position if rows else position


def naive(position):
    ids = list(Event.objects.filter(pk__gt=position or 0).order_by("pk").values_list("pk", flat=True))
    return ids, ids[-1] if ids else position


def test_six_writers_and_two_readers():
    written: list[int] = []
    readers = [Reader(careful), Reader(naive)]
    writers = [threading.Thread(target=write, args=(number, written)) for number in range(WRITERS)]
    for thread in [*readers, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    for reader in readers:
        reader.stopping.set()
        reader.join()
    assert len(written) == Event.objects.count() > WRITERS * TRANSACTIONS
    assert sorted(readers[0].ids) == sorted(written)
    if connection.vendor == "postgresql":
        # The way that looks right and is not: this test can tell the two apart.
        assert set(readers[1].ids) < set(written)


def test_rows_wait_for_a_transaction_that_began_before_theirs():
    """Only PostgreSQL has two writers at a time; on SQLite the second waits for the first by itself."""
    begun, end = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            record(BellRang(bell_id=1), actor=Actor.system())
            begun.set()
            end.wait(30)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait(30)
    if connection.vendor == "postgresql":
        with transaction.atomic():
            record(BellRang(bell_id=2), actor=Actor.system())
        batch = cursor.newer_than(cursor.Position())
        assert (batch.rows, batch.held_back, cursor.last()) == ([], True, cursor.Position())
        assert cursor.oldest_open_transaction_seconds() > 0
    end.set()
    thread.join()
    if connection.vendor != "postgresql":
        with transaction.atomic():
            record(BellRang(bell_id=2), actor=Actor.system())
    WAIT(lambda: len(cursor.newer_than(cursor.Position()).rows) == 2)
    batch = cursor.newer_than(cursor.Position())
    assert ([row.subject_id for row in batch.rows], batch.held_back) == ([1, 2], False)
