"""One thread per process that reads new events once and hands them to the hub."""

import asyncio
import json
import logging
import threading
import time

from django.db import connection

from okienko.events import cursor, hub, presence
from okienko.events.cursor import Position, Row
from okienko.events.hub import Change, Hub
from okienko.events.registry import REGISTRY
from okienko.events.wakeup import CHANNEL, LOG, bell

logger = logging.getLogger(__name__)
LOOK = 5.0  # look even when nobody rang
SQLITE_LOOK = 0.1  # another process may have written: `PRAGMA data_version` tells for next to nothing
TOGETHER = 0.015  # what happens within this time is read at once: a busy log must not cost a look per event
UNHEARD = 0.25  # the same while nobody listens
HELD_BACK = 0.02  # an older transaction is still open: look again soon


def changes_of(rows: list[Row]) -> list[Change]:
    """Rows with the people who may know of them. A kind of subject that wiring does not list is told to nobody.

    Where a change takes something away from somebody, they are told too: what they knew of already has changed.
    """
    ids: dict[str, set[int]] = {}
    for row in rows:
        ids.setdefault(row.subject_type, set()).add(row.subject_id)
    audiences = {
        kind: REGISTRY.audiences[kind](sorted(wanted))
        for kind, wanted in ids.items()
        if kind in REGISTRY.audiences
    }
    nobody: frozenset[int] = frozenset()
    return [
        Change(
            row.position,
            f"{row.subject_type}/{row.subject_id}",
            with_those_who_knew(row, audiences.get(row.subject_type, {}).get(row.subject_id, nobody)),
        )
        for row in rows
    ]


def with_those_who_knew(row: Row, audience: frozenset[int] | None) -> frozenset[int] | None:
    """The audience, and those of whom wiring says that they knew before this kind of change."""
    knew = REGISTRY.partings.get(row.type)
    if audience is None or knew is None:
        return audience
    before = knew(json.loads(row.data))
    return None if before is None else audience | before


class Tailer(threading.Thread):
    def __init__(self, the_hub: Hub, start: Position):
        super().__init__(name="tailer", daemon=True)
        self.hub = the_hub
        self.position = start
        self.stopping = threading.Event()
        self.ear = bell.ear(LOG)
        self.read_at = time.monotonic()
        self.data_version = -1

    def run(self):
        if connection.vendor == "postgresql":
            threading.Thread(target=self.listen, name="tailer-listen", daemon=True).start()
        while not self.stopping.is_set():
            self.ear.clear()
            try:
                held_back = self.read()
            except Exception:
                logger.exception("the event log cannot be read; trying again")
                connection.close()
                self.stopping.wait(1)
            else:
                # Stopping is not waited for: it is only a moment.
                time.sleep(TOGETHER if self.hub.subscribers else UNHEARD)
                self.wait(HELD_BACK if held_back else LOOK)
        bell.forget(self.ear)
        connection.close()

    def read(self) -> bool:
        """Publish everything that is new. True when rows wait for an older transaction."""
        while True:
            batch = cursor.newer_than(self.position)
            if batch.rows:
                changes = changes_of(batch.rows)
                self.position = batch.rows[-1].position
                self.hub.loop.call_soon_threadsafe(self.hub.publish, changes)
            else:
                self.read_at = time.monotonic()
                return batch.held_back

    def wait(self, seconds: float):
        if connection.vendor == "postgresql":
            self.ear.wait(seconds)
            return
        until = time.monotonic() + seconds
        while not self.stopping.is_set() and time.monotonic() < until:
            if self.ear.wait(SQLITE_LOOK) or self.another_process_wrote():
                return

    def another_process_wrote(self) -> bool:
        with connection.cursor() as sql:
            version = sql.execute("PRAGMA data_version").fetchone()[0]
        changed = version != self.data_version
        self.data_version = version
        return changed

    def listen(self):
        """Ring the bell of this process whenever another one has committed something."""
        while not self.stopping.is_set():
            try:
                connection.ensure_connection()
                with connection.cursor() as sql:
                    sql.execute(f"LISTEN {CHANNEL}")
                while not self.stopping.is_set():
                    for notice in connection.connection.notifies(timeout=1, stop_after=1):
                        if not presence.heard(notice.payload):
                            bell.ring(notice.payload.split())
            except Exception:
                if not self.stopping.is_set():
                    logger.exception("lost the connection that listens for changes; connecting again")
                self.stopping.wait(1)
            finally:
                connection.close()

    def lag_seconds(self) -> float:
        """Seconds since the log was last read to its end."""
        return time.monotonic() - self.read_at

    def stop(self):
        self.stopping.set()
        self.ear.set()
        self.join(3)
        hub.install(None)


def start(loop: asyncio.AbstractEventLoop) -> Tailer:
    """Open the hub of this process on `loop` and begin to read. Call from a thread that may use the database."""
    begin = cursor.last()
    the_hub = Hub(loop, epoch=cursor.epoch(), start=begin)
    hub.install(the_hub)
    tailer = Tailer(the_hub, begin)
    the_hub.lag_seconds = tailer.lag_seconds
    tailer.start()
    return tailer
