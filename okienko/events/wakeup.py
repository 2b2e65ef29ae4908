"""Tell sleeping threads that there is something new, after the commit and in every process.

Losing a wake-up loses nothing: everybody also looks by themselves now and then.
"""

import threading

from django.db import connection, transaction

CHANNEL = "okienko"


class Bell:
    """Threads that wait; `ring()` wakes them all, also those that were about to wait."""

    def __init__(self):
        self._ears: set[threading.Event] = set()
        self._lock = threading.Lock()

    def ear(self) -> threading.Event:
        ear = threading.Event()
        with self._lock:
            self._ears.add(ear)
        return ear

    def forget(self, ear: threading.Event):
        with self._lock:
            self._ears.discard(ear)

    def ring(self):
        with self._lock:
            for ear in self._ears:
                ear.set()


bell = Bell()


def after_commit():
    """Ring when the open transaction has committed; several calls in one transaction ring once."""
    hooks = connection.run_on_commit
    if not any(hook[1] is _ring for hook in hooks[-3:]):
        transaction.on_commit(_ring, robust=True)


def _ring():
    bell.ring()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
