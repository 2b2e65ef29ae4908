"""Bytes on disk: once each, whole or not at all."""

import errno
import hashlib
import os
import threading
from pathlib import Path

import pytest
from django.db import connection

from okienko.files import store
from okienko.files.models import Blob

LETTER = b"Zamowienie 10482\n"
DIGEST = hashlib.sha256(LETTER).hexdigest()


def files() -> list[Path]:
    from django.conf import settings

    return sorted(path for path in settings.FILES_DIR.rglob("*") if path.is_file())


def test_keep_writes_the_file_and_no_row():
    """No database mark on this test: a query would fail it."""
    blob = store.keep(LETTER)
    assert (blob.pk, blob.sha256, blob.size, blob.content_type) == (None, DIGEST, 17, "text/plain")
    assert files() == [blob.path]
    assert (blob.path.name, blob.path.parent.name, blob.read()) == (DIGEST, DIGEST[:2], LETTER)


def test_the_same_bytes_are_one_file():
    first = store.keep(LETTER)
    written = first.path.stat()
    assert store.keep(LETTER).path == first.path
    assert first.path.stat().st_ino == written.st_ino
    assert files() == [first.path]


def test_no_bytes_are_bytes_too():
    blob = store.keep(b"")
    assert (blob.size, blob.read()) == (0, b"")


@pytest.mark.django_db
def test_the_same_bytes_are_one_row():
    first, again = store.saved([store.keep(LETTER), store.keep(LETTER)])
    other = store.store(b"%PDF-1.7")
    assert (first.pk, other.content_type) == (again.pk, "application/pdf")
    assert store.store(LETTER).pk == first.pk
    assert sorted(Blob.objects.values_list("pk", flat=True)) == sorted([first.pk, other.pk])


@pytest.mark.django_db(transaction=True)
def test_two_that_store_the_same_at_once_share_a_row():
    start, found = threading.Barrier(4), []

    def act():
        kept = store.keep(LETTER)
        start.wait()
        found.append(store.saved([kept])[0].pk)
        connection.close()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Blob.objects.get().pk] * 4
    assert len(files()) == 1


FAILURES = {
    "the disk is full while writing": ("okienko.files.store.os.fsync", errno.ENOSPC),
    "the rename fails": ("okienko.files.store.Path.replace", errno.EIO),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_nothing_lies_under_the_final_name_when_the_write_fails(monkeypatch, failure):
    where, number = FAILURES[failure]

    def broken(*_):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(where, broken)
        with pytest.raises(OSError, match=os.strerror(number)):
            store.keep(LETTER)
    assert files() == []
    assert store.keep(LETTER).read() == LETTER


def test_a_file_too_large_for_what_is_left_leaves_nothing():
    """The kernel itself refuses, in the middle of the write."""
    import resource
    import signal

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            store.keep(b"x" * 100_000)
        assert files() == []
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)


def test_the_file_and_its_folders_are_on_disk_when_keep_returns(monkeypatch, settings):
    """In this order: the bytes, then the name, then the folders that hold it, up to one that was there before."""
    acts = []
    fsync, replace = os.fsync, Path.replace

    def recorded_sync(handle):
        acts.append(("sync", Path(f"/proc/self/fd/{handle}").readlink()))
        fsync(handle)

    def recorded_replace(path, target):
        acts.append(("rename", target))
        return replace(path, target)

    monkeypatch.setattr("okienko.files.store.os.fsync", recorded_sync)
    monkeypatch.setattr(Path, "replace", recorded_replace)
    target = store.keep(LETTER).path
    top = settings.FILES_DIR
    assert acts[0][1].name.startswith(f".{DIGEST[:16]}.")
    assert [act for act, _ in acts] == ["sync", "rename", "sync", "sync", "sync"]
    assert [path for _, path in acts[1:]] == [target, target.parent, top, top.parent]
    acts.clear()
    store.keep(LETTER)  # whoever wrote it may have died before the folder was synced
    assert acts == [("sync", target.parent)]
