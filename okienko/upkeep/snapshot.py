"""One moment of the database as a file, taken while the product runs; and a database made from such a file."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.apps import apps
from django.db import connection

from okienko.lib.sqlite.base import weigh_anchor


class CannotCopy(Exception):
    """What is missing or went wrong, in words for whoever runs the command."""


@dataclass(frozen=True)
class Snapshot:
    """`file`: the database. `counts`: rows of every table. `blobs`: (sha256, size) of every file rows speak of."""

    file: Path
    counts: dict[str, int]
    blobs: list[tuple[str, int]]


def tables() -> list[str]:
    """The tables of our own models and of Django's."""
    models = apps.get_models(include_auto_created=True)
    # Before an upgrade some of them do not exist yet.
    return sorted({model._meta.db_table for model in models} & set(connection.introspection.table_names()))  # noqa: SLF001


@contextmanager
def taken(folder: Path) -> Iterator[Snapshot]:
    """A snapshot of the running database in `folder`; rows, counts and blobs are of one moment."""
    yield (_of_postgresql if connection.vendor == "postgresql" else _of_sqlite)(folder)


def _read(execute) -> tuple[dict[str, int], list[tuple[str, int]]]:
    counts = {table: execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables()}  # noqa: S608
    return counts, [(row[0], row[1]) for row in execute("SELECT sha256, size FROM files_blob ORDER BY id")]


def _of_sqlite(folder: Path) -> Snapshot:
    target = folder / "database.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        # All pages in one step: in WAL mode writers go on, and no change of theirs makes it start anew.
        connection.connection.backup(copy, pages=-1)
        counts, blobs = _read(copy.execute)
    return Snapshot(target, counts, blobs)


def _of_postgresql(folder: Path) -> Snapshot:
    target = folder / "database.dump"
    with psycopg.connect(conninfo()) as reader:
        reader.isolation_level, reader.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        name = reader.execute("SELECT pg_export_snapshot()").fetchone()[0]
        counts, blobs = _read(reader.execute)
        run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={name}",
            f"--file={target}",
        )
    return Snapshot(target, counts, blobs)


def conninfo() -> str:
    settings = connection.get_connection_params()
    wanted = {"dbname", "user", "password", "host", "port", "sslmode", "sslrootcert"}
    return psycopg.conninfo.make_conninfo(
        **{name: settings[name] for name in wanted & set(settings) if settings[name]}
    )


def run(program: str, *arguments: str):
    """A program of PostgreSQL on our database; the password goes through the environment only."""
    found = shutil.which(program)
    if not found:
        raise CannotCopy(f"{program} is not installed: it comes with PostgreSQL's client programs")
    parts = psycopg.conninfo.conninfo_to_dict(conninfo())
    names = {
        "dbname": "PGDATABASE",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "host": "PGHOST",
        "port": "PGPORT",
    }
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    environment = {names[name]: str(value) for name, value in parts.items() if name in names}
    environment["PATH"] = os.defpath  # Debian's pg_dump is a script that looks for the right version
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotCopy(f"{program}: {done.stderr.strip()[-500:]}")


def load(file: Path):
    """Make `file` the database. The old one must be empty (PostgreSQL) or moved away (SQLite)."""
    if connection.vendor == "postgresql":
        connection.close()
        target = f"--dbname={psycopg.conninfo.conninfo_to_dict(conninfo())['dbname']}"
        run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            target,
            str(file),
        )
        return
    with closing(sqlite3.connect(file)) as copy:
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise CannotCopy(f"the database in the archive is damaged: {verdict[:200]}")
    connection.close()
    place = Path(connection.settings_dict["NAME"])
    weigh_anchor(str(place))
    for leftover in (place, place.with_name(place.name + "-wal"), place.with_name(place.name + "-shm")):
        leftover.unlink(missing_ok=True)
    shutil.move(file, place)


def counted_of(names: list[str]) -> dict[str, int]:
    """Rows of the named tables now; those that do not exist are left out."""
    present = set(connection.introspection.table_names())
    found = {}
    with connection.cursor() as cursor:
        for table in present & set(names):
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608
            found[table] = cursor.fetchone()[0]
    return found
