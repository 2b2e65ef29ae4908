"""Is an error the trouble of the house (full disk, lost database), not of what was being done?

SQLite's error codes: https://www.sqlite.org/rescode.html;
PostgreSQL's classes of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

import errno
import sqlite3
from collections.abc import Iterator

import psycopg
from django.db import InterfaceError, OperationalError

SQLITE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
}
# Connection gone; deadlock and serialization; disk, connections used up; shut down by somebody; disk broken.
# Not memory: one giant statement may use it up each time, and must not be tried for ever.
POSTGRESQL = ("08", "40", "53100", "53300", "57P", "58030")
FILES = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EROFS, errno.EIO}


def is_of_the_house(error: BaseException) -> bool:
    """True for errors that would meet any other work at this moment, too, and pass when the house is mended."""
    return any(_is(one) for one in _with_causes(error))


def _is(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return code is not None and (code & 0xFF) in SQLITE  # the low byte is the primary code
    if isinstance(error, OperationalError | InterfaceError) and error.__cause__ is None:
        return True  # our own base class: the writers' queue is full
    if isinstance(error, OSError):
        return error.errno in FILES
    if isinstance(error, psycopg.Error):
        lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return error.sqlstate.startswith(POSTGRESQL) if error.sqlstate else lost
    return False


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
