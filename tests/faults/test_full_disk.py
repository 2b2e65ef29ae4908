"""A disk that is full: letters stay with the mail server, nothing is half stored, and with space all goes on."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.faults import house as houses
from tests.faults.mail import until
from tests.faults.stage import letter

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(os.getuid() != 0, reason="a full disk: needs root, to mount a small one"),
]
SIZE = "24m"


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a full disk: this machine does not allow to mount a small one")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def house(stage, small_disk):
    """Its files lie on the small disk, and its rows too when they are SQLite's."""
    made = houses.copy(stage, small_disk / "house", houses.address_of_postgresql())
    yield made
    made.end()


def fill(disk: Path) -> Path:
    """Take every byte that is left. Returns the file to delete."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    return ballast


def files(data: Path) -> set[Path]:
    return {path for path in (data / "files").rglob("*") if path.is_file()}


def test_nothing_is_taken_that_cannot_be_kept(house, sink, small_disk):
    house.serve()
    house.rest(since=time.monotonic(), seconds=60)
    before = files(house.installation.data)
    ballast = fill(small_disk)
    postman = house.post(letter(number, size=40_000) for number in range(1, 6))
    until(lambda: postman.answers[451] >= 4)
    assert set(postman.answers) == {451}
    # A try that is just being made has a file of its own for a moment.
    until(lambda: files(house.installation.data) == before, what="something half stored stayed")
    assert house.ask("SELECT count(*) FROM inboxes_arrival") == [(3,)]

    ballast.unlink()
    began = time.monotonic()
    postman.finish()
    house.rest(since=began)
    house.has_received(range(1, 6))
    house.has_sent(sink)


def test_what_was_taken_is_read_when_there_is_space_again(house, sink, small_disk):
    """The disk fills up between the arrival and its reading; attachments need space of their own."""
    house.serve("--no-workers")
    house.post(letter(number, size=40_000) for number in range(1, 6)).finish()
    before = files(house.installation.data)
    ballast = fill(small_disk)
    worker = house.start("worker")
    until(lambda: "No space left" in error_of(house) or "trying again" in house.told())
    # A try that is just being made has a file of its own for a moment.
    until(lambda: files(house.installation.data) == before, what="something half stored stayed")

    ballast.unlink()
    house.rest(since=time.monotonic(), seconds=30)  # the second try may be eight seconds away
    house.has_received(range(1, 6))
    house.has_sent(sink)
    assert worker.poll() is None


def error_of(house) -> str:
    return "".join(error for (error,) in house.ask("SELECT error FROM events_job"))
