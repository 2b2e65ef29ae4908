"""Bytes on disk before any row speaks of them."""

import hashlib
import os
import secrets
from pathlib import Path

from okienko.files import sniff
from okienko.files.models import Blob
from okienko.lib import rows


def keep(data: bytes) -> Blob:
    """Write the file, synced to disk before this returns; the row is not saved yet (see `saved`).

    Call it before the transaction opens: a sync must not hold the database's write lock.
    OSError when the disk will not take it.
    """
    digest = hashlib.sha256(data).hexdigest()
    blob = Blob(sha256=digest, size=len(data), content_type=sniff.content_type(data[:64]))
    if blob.path.exists():
        _sync_folder(blob.path.parent)
    else:
        write_synced(blob.path, data)
    return blob


def saved(blobs: list[Blob]) -> list[Blob]:
    """The same blobs with the keys of their rows, new or known."""
    for blob in blobs:
        if not rows.insert_new(blob):
            blob.pk = rows.values(Blob, ["pk"], sha256=blob.sha256)[0][0]
    return blobs


def store(data: bytes) -> Blob:
    """File and row at once."""
    return saved([keep(data)])[0]


def write_synced(path: Path, data: bytes):
    """All or nothing: a temporary file in the same folder, synced, renamed, the folder synced."""
    new_folders = _missing_folders(path.parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name[:16]}.{secrets.token_hex(6)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    for folder in [path.parent, *new_folders]:
        _sync_folder(folder)


def _missing_folders(folder: Path) -> list[Path]:
    """The parents whose entry for a new folder must be synced too."""
    missing = []
    while not folder.exists():
        missing.append(folder.parent)
        folder = folder.parent
    return missing


def _sync_folder(folder: Path):
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
