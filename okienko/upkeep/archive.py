"""The file a backup is: a tar with a manifest, the database and the blobs; encrypted with age by choice.

manifest.json comes first, so that a restore knows what it deals with before it touches anything.
"""

import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyrage

AGE = b"age-encryption.org/"


class Unreadable(Exception):
    """The archive cannot be opened; the text says why and what to do."""


@contextmanager
def writing(target: Path, recipient: str = "") -> Iterator[tarfile.TarFile]:
    """A tar that appears under its name only when it is whole. `recipient`: age1…, "" for no encryption."""
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with unfinished.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            with _encrypted(file, recipient) if recipient else _plain(file) as stream:
                with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                    yield tar
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def _plain(file):
    yield file


@contextmanager
def _encrypted(file, recipient: str):
    key = pyrage.x25519.Recipient.from_str(recipient)
    with _through(lambda source: pyrage.encrypt_io(source, file, [key])) as stream:
        yield stream


@contextmanager
def _through(work: Callable):
    """A stream to write to, whose other end `work` reads in a thread; its failure is raised here."""
    reading, writing_end = os.pipe()
    failures: list[BaseException] = []

    def read():
        with os.fdopen(reading, "rb") as source:
            try:
                work(source)
            except BaseException as error:  # noqa: BLE001 - raised again below, where somebody can see it
                failures.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        with os.fdopen(writing_end, "wb") as stream:
            yield stream
    except BrokenPipeError:
        thread.join()
        raise failures[0] if failures else OSError("the writer of the archive stopped") from None
    thread.join()
    if failures:
        raise failures[0]


def add_json(tar: tarfile.TarFile, name: str, value: dict):
    data = json.dumps(value, indent=1).encode()
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def add_file(tar: tarfile.TarFile, name: str, path: Path):
    member = tarfile.TarInfo(name)
    member.size = path.stat().st_size
    with path.open("rb") as file:
        tar.addfile(member, file)


@contextmanager
def reading(source: Path, identity: str = "") -> Iterator[tarfile.TarFile]:
    """The tar of an archive, to be read from front to back. `identity`: AGE-SECRET-KEY-1…, where it is encrypted."""
    with source.open("rb") as file:
        is_encrypted = file.read(len(AGE)) == AGE
        file.seek(0)
        if is_encrypted and not identity:
            raise Unreadable("the archive is encrypted: give the key file it was encrypted for with --key")
        try:
            with _decrypted(file, identity) if is_encrypted else _plain(file) as stream:
                with tarfile.open(fileobj=stream, mode="r|") as tar:
                    yield tar
        except (tarfile.TarError, pyrage.DecryptError, EOFError) as error:
            raise Unreadable(f"the archive is damaged, or the key is not the right one: {error}") from error


@contextmanager
def _decrypted(file, identity: str):
    key = pyrage.x25519.Identity.from_str(identity.strip())
    reading_end, writing_end = os.pipe()
    failures: list[BaseException] = []

    def write():
        with os.fdopen(writing_end, "wb") as sink:
            try:
                pyrage.decrypt_io(file, sink, [key])
            except BrokenPipeError:
                pass  # the reader has seen enough
            except BaseException as error:  # noqa: BLE001 - raised again below
                failures.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        with os.fdopen(reading_end, "rb") as stream:
            yield stream
    finally:
        thread.join()
        if failures:
            raise failures[0]


def new_key(path: Path) -> str:
    """Write a new secret key, for its owner only; returns the public half that backups are made for."""
    identity = pyrage.x25519.Identity.generate()
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(f"{identity}\n")
    return str(identity.to_public())
