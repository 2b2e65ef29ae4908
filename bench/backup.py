"""A backup of a demonstration shop with a gigabyte of attachments, and its restoring, on both databases."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import cluster
from bench.figures import Figure
from bench.processes import Installation, installation

MEGABYTES, QUICK = 1024, 128
FILL = """
import os, sys
from okienko.files import store
for _ in range(int(sys.stdin.read())):
    store.store(os.urandom(1024 * 1024))
"""


def run(quick: bool) -> Iterator[Figure]:
    megabytes = QUICK if quick else MEGABYTES
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="okienko-backup-")))
        databases = {"sqlite": ("", "")}
        if cluster.available():
            server = stack.enter_context(cluster.postgresql(durable=True))
            databases["postgresql"] = (server.database("first"), server.database("second"))
        for name, (first, second) in databases.items():
            made = installation(folder / f"{name}-first", first)
            made.command("demo")
            made.command("shell", "--no-imports", "-c", FILL, given=str(megabytes).encode())
            archive = folder / f"{name}.backup"
            yield Figure(f"backup.{name}.s", timed(made, "backup", str(archive)), "s", asked(quick))
            yield Figure(f"backup.{name}.size_mb", archive.stat().st_size / 1024**2, "MB")
            other = installation(folder / f"{name}-second", second)
            (other.data / "secret.keys").write_bytes((made.data / "secret.keys").read_bytes())
            yield Figure(f"restore.{name}.s", timed(other, "restore", str(archive)), "s", asked(quick))


def asked(quick: bool) -> str:
    """The promise is about a gigabyte."""
    return "" if quick else "<= 180"


def timed(made: Installation, *words: str) -> float:
    began = time.perf_counter()
    made.command(*words)
    return time.perf_counter() - began
