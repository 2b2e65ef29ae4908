"""Django's SQLite back end with one queue for the writers of a process.

SQLite lets one transaction write at a time; the others sleep and look again, up to 100 ms apart. Two
threads of one process that write a lot then wait most of the time. Here they wait for a lock and go on
the moment it is free. Writers of other processes still meet in SQLite itself (the `timeout` option).
"""

import sqlite3
import threading
from collections import defaultdict

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

# One more connection per database file, which stays open as long as the process: so none of the others is ever
# the last one, whose end makes SQLite fold up the write-ahead log under connections that are just being opened.
_anchors: dict[str, sqlite3.Connection] = {}
_anchoring = threading.Lock()
_writers: dict[str, threading.Lock] = defaultdict(threading.Lock)


def weigh_anchor(name: str):
    """Close what holds a database file open, before the file is replaced."""
    with _anchoring:
        anchor = _anchors.pop(name, None)
    if anchor:
        anchor.close()


class DatabaseWrapper(base.DatabaseWrapper):
    _holds = None  # the lock of this database while our transaction is open

    def get_new_connection(self, conn_params):
        made = super().get_new_connection(conn_params)
        name = str(self.settings_dict["NAME"])
        with _anchoring:
            if name not in _anchors and not self.is_in_memory_db():
                anchor = sqlite3.connect(name, check_same_thread=False, timeout=20)
                # From its first question on it takes part in the log that `made` has turned on.
                anchor.execute("SELECT count(*) FROM sqlite_master").fetchone()
                _anchors[name] = anchor
        return made

    def _start_transaction_under_autocommit(self):
        lock = _writers[str(self.settings_dict["NAME"])]
        if not lock.acquire(timeout=self.settings_dict["OPTIONS"].get("timeout", 20)):
            raise OperationalError("database is locked by another thread of this process")
        self._holds = lock
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._let_go()
            raise

    def _commit(self):
        super()._commit()  # type: ignore[misc]
        self._let_go()

    def _rollback(self):
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._let_go()

    def _close(self):
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._let_go()

    def _let_go(self):
        lock, self._holds = self._holds, None
        if lock:
            lock.release()
