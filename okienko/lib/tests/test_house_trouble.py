"""What is the house's trouble and what is not, by errors as the databases really raise them."""

import errno
import sqlite3
from contextlib import closing

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection
from django.db.utils import DatabaseErrorWrapper

from okienko.lib.house_trouble import is_of_the_house


def raised(act) -> Exception:
    with pytest.raises(Exception) as found:  # noqa: PT011 - which one it is, is the question
        act()
    return found.value


def django_words(error: Exception) -> Exception:
    """As code behind Django's connection meets it."""

    def act():
        with DatabaseErrorWrapper(connection):
            raise error

    return raised(act)


@pytest.fixture
def small(tmp_path):
    with closing(sqlite3.connect(tmp_path / "small.sqlite3", isolation_level=None, timeout=0)) as made:
        made.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT UNIQUE)")
        made.execute("PRAGMA max_page_count = 4")
        yield made


def test_a_full_disk_and_a_locked_file(small, tmp_path):
    full = raised(lambda: small.execute("INSERT INTO note (text) VALUES (?)", ["x" * 100_000]))
    with closing(sqlite3.connect(tmp_path / "small.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = raised(lambda: small.execute("BEGIN IMMEDIATE"))
    assert [is_of_the_house(full), is_of_the_house(locked)] == [True, True]


def test_a_fault_of_the_statement_is_not(small):
    small.execute("INSERT INTO note (text) VALUES ('a')")
    doubled = raised(lambda: small.execute("INSERT INTO note (text) VALUES ('a')"))
    misspelt = raised(lambda: small.execute("SELEKT 1"))
    assert [is_of_the_house(doubled), is_of_the_house(misspelt)] == [False, False]


@pytest.mark.django_db
def test_behind_django_too():
    if connection.vendor == "sqlite":
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL
        twice = sqlite3.IntegrityError("UNIQUE constraint failed")
        twice.sqlite_errorcode = sqlite3.SQLITE_CONSTRAINT_UNIQUE
    else:
        full, twice = psycopg.errors.DiskFull("no space"), psycopg.errors.UniqueViolation("twice")
    outside, own = django_words(full), django_words(twice)
    assert isinstance(outside, OperationalError)
    assert isinstance(own, IntegrityError)
    assert [is_of_the_house(outside), is_of_the_house(own)] == [True, False]


def test_postgresql_by_its_states():
    states = {
        psycopg.OperationalError("the connection is lost"): True,
        psycopg.errors.AdminShutdown("bye"): True,
        psycopg.errors.DeadlockDetected("deadlock"): True,
        psycopg.errors.TooManyConnections("full house"): True,
        psycopg.errors.OutOfMemory("one giant letter"): False,
        psycopg.errors.QueryCanceled("too long"): False,
        psycopg.errors.NumericValueOutOfRange("too big"): False,
        psycopg.ProgrammingError("the statement is none"): False,
    }
    assert {error: is_of_the_house(error) for error in states} == states


def test_files_and_everything_else():
    errors = {
        OSError(errno.ENOSPC, "full"): True,
        FileNotFoundError(errno.ENOENT, "gone"): False,
        OperationalError("database is locked by another thread of this process"): True,
        DatabaseError("who knows"): False,
        ValueError("a letter nobody can read"): False,
    }
    assert {error: is_of_the_house(error) for error in errors} == errors


def test_a_cause_counts():
    error = RuntimeError("cannot keep the file")
    error.__cause__ = OSError(errno.ENOSPC, "full")
    assert is_of_the_house(error)
