"""okienko restore: an empty installation becomes the one a backup was made of."""

import hashlib
import json
import secrets
import shutil
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from okienko.conversations.models import Delivery
from okienko.events.models import Epoch, Job, Schedule
from okienko.files.models import Blob
from okienko.files.store import write_synced
from okienko.lib.crypto import Unreadable as WrongKeys
from okienko.lib.crypto import decrypt
from okienko.upkeep import archive, snapshot
from okienko.upkeep.operations.backup import FORMAT


class CannotRestore(Exception):
    """Why nothing was changed, or where it stopped; what to do."""


@dataclass
class Restored:
    """What came back, and what a person has to look at."""

    rows: int = 0
    files: int = 0
    warnings: list[str] = field(default_factory=list)


def restore(source: Path, *, identity: str = "", replace: bool = False) -> Restored:
    """Put a backup in place of an empty database, or of the present one with `replace`.

    The product must not run. Files are checked against their names before the database is touched.
    """
    if not replace and not is_empty():
        raise CannotRestore("this installation holds data already; stop it and say --replace to give that up")
    done = Restored()
    scratch = Path(tempfile.mkdtemp(prefix="restore-", dir=settings.DATA_DIR))
    try:
        with archive.reading(source, identity) as tar:
            about = read_manifest(tar)
            database = unpack(tar, about, scratch, done)
        snapshot.load(database)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    compare(about, done)
    call_command("migrate", verbosity=0, interactive=False)
    begin_anew(done)
    check_keys(about, done)
    return done


def is_empty() -> bool:
    present = set(connection.introspection.table_names())
    if "accounts_agent" not in present:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_agent")
        return cursor.fetchone()[0] == 0


def read_manifest(tar: tarfile.TarFile) -> dict:
    first = tar.next()
    stream = tar.extractfile(first) if first is not None and first.name == "manifest.json" else None
    if stream is None:
        raise CannotRestore("this is no backup of Okienko: it does not begin with a manifest")
    about = json.load(stream)
    if about["format"] > FORMAT:
        raise CannotRestore("this backup was made by a newer Okienko; upgrade this one first")
    if about["database"] != connection.vendor:
        raise CannotRestore(
            f"this backup is of {about['database']}, this installation runs on {connection.vendor}"
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(about["migrations"]) - known):
        raise CannotRestore(f"this backup was made by a newer Okienko ({newer[-1]}); upgrade this one first")
    return about


def unpack(tar: tarfile.TarFile, about: dict, scratch: Path, done: Restored) -> Path:
    """Write every blob under its own hash; returns where the database was put."""
    database = scratch / "database"
    for member in tar:
        stream = tar.extractfile(member)
        if stream is None:
            continue
        if member.name == about["database_file"]:
            with database.open("wb") as file:
                shutil.copyfileobj(stream, file, 1024 * 1024)
        elif member.name.startswith("files/"):
            keep(member.name.removeprefix("files/"), stream.read())
            done.files += 1
    if not database.exists():
        raise CannotRestore("the backup holds no database")
    if done.files < about["files"]:
        done.warnings.append(
            f"{about['files'] - done.files} files were missing already when the backup was made"
        )
    return database


def keep(sha256: str, data: bytes):
    """A name is never a path here: only what hashes to it is written."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise CannotRestore(
            f"a file in the backup is damaged ({sha256[:12]}…); nothing of the database was changed"
        )
    path = Blob(sha256=sha256).path
    if not path.exists():
        write_synced(path, data)


def compare(about: dict, done: Restored):
    present = snapshot.counted_of(list(about["rows"]))
    done.rows = sum(present.values())
    for table, count in about["rows"].items():
        if present.get(table) != count:
            raise CannotRestore(f"{table} came back with {present.get(table)} rows instead of {count}")


@transaction.atomic
def begin_anew(done: Restored):
    """What belonged to the old life: its stream, its workers' leases, letters that may have gone out since."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # A younger cluster would count these as transactions of the future and hide the events.
            cursor.execute("UPDATE events_event SET xid = '0'")
    Epoch.objects.update(token=secrets.token_hex(4))
    Job.objects.update(worker="", lease_until=None)
    Schedule.objects.all().delete()
    unsent = Delivery.objects.filter(state__in=[Delivery.State.QUEUED, Delivery.State.SENDING])
    held = unsent.update(
        state=Delivery.State.FAILED,
        claim="",
        lease_until=None,
        next_attempt_at=None,
        reason="restored from a backup: it may have been sent already",
    )
    if held:
        done.warnings.append(
            f"{held} answers were waiting to be sent; they are held back, since they may have gone out"
        )


def check_keys(about: dict, done: Restored):
    try:
        decrypt(about["key_check"])
    except WrongKeys:
        done.warnings.append(
            "the secret keys are not those of the backup: bring its secret.keys file or OKIENKO_SECRET_KEYS,"
            " else passwords of mailboxes must be entered again and nobody stays signed in"
        )
