"""okienko backup: one file with everything but the secret keys, made while the product runs."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from okienko.files.models import Blob
from okienko.lib.crypto import encrypt
from okienko.upkeep import archive, snapshot

FORMAT = 1
KEY_CHECK = "okienko"  # encrypted in the manifest, so that a restore can tell whether it has the keys


@dataclass(frozen=True)
class Made:
    """What a backup holds. `missing`: blobs that rows speak of but the disk does not have."""

    rows: int
    files: int
    bytes: int
    missing: list[str]


def make(target: Path, *, recipient: str = "") -> Made:
    """Write a backup to `target`. FileExistsError, OSError, snapshot.CannotCopy with what is wrong."""
    if target.exists():
        raise FileExistsError(f"{target} exists; a backup never overwrites another one")
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.DATA_DIR) as scratch:
        # The database first: files are written before the rows that speak of them, and never change.
        with snapshot.taken(Path(scratch)) as taken, archive.writing(target, recipient) as tar:
            archive.add_json(tar, "manifest.json", manifest(taken))
            archive.add_file(tar, taken.file.name, taken.file)
            missing = [sha256 for sha256, _ in taken.blobs if not _add(tar, sha256)]
    kept = [size for sha256, size in taken.blobs if sha256 not in set(missing)]
    return Made(sum(taken.counts.values()), len(kept), sum(kept), missing)


def _add(tar, sha256: str) -> bool:
    try:
        archive.add_file(tar, f"files/{sha256}", Blob(sha256=sha256).path)
    except FileNotFoundError:
        return False
    return True


def manifest(taken: snapshot.Snapshot) -> dict:
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "database": connection.vendor,
        "database_file": taken.file.name,
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
        "rows": taken.counts,
        "files": len(taken.blobs),
        "key_check": encrypt(KEY_CHECK),
    }
