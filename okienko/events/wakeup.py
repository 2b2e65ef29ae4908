"""Tell sleeping threads that there is something new, after the commit and in every process.

Whoever sleeps says what for: the log, or one queue. A busy log must not wake every thread of every queue for nothing.
Losing a wake-up loses nothing: everybody also looks by themselves now and then.
"""

import threading
from collections.abc import Iterable

from django.db import connection, transaction

CHANNEL = "okienko"
LOG = "log"  # new events; every other word is the name of a queue


class Bell:
    """Threads that wait; `ring()` wakes those it concerns, also those that were about to wait."""

    def __init__(self):
        self._ears: dict[threading.Event, str] = {}
        self._lock = threading.Lock()

    def ear(self, what: str) -> threading.Event:
        ear = threading.Event()
        with self._lock:
            self._ears[ear] = what
        return ear

    def forget(self, ear: threading.Event):
        with self._lock:
            self._ears.pop(ear, None)

    def ring(self, what: Iterable[str] | None = None):
        """None: whatever anybody waits for."""
        wanted = None if what is None else set(what)
        with self._lock:
            for ear, awaited in self._ears.items():
                if wanted is None or awaited in wanted:
                    ear.set()


bell = Bell()
_news = threading.local()


def after_commit(*what: str):
    """Ring when the open transaction has committed; several calls in one transaction ring once.

    What a rolled-back transaction wanted to ring for is rung for with the next one: it wakes somebody for nothing.
    """
    _pending().update(what)
    hooks = connection.run_on_commit
    if not any(hook[1] is _ring for hook in hooks[-3:]):
        transaction.on_commit(_ring, robust=True)


def _pending() -> set[str]:
    if not hasattr(_news, "pending"):
        _news.pending = set()
    return _news.pending


def _ring():
    what = sorted(_pending())
    _pending().clear()
    bell.ring(what)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, " ".join(what)])
