"""`okienko serve` as it is installed: every part starts, answers, and ends."""

import os
import subprocess
import sys
import urllib.request

import pytest
from django.conf import settings

from okienko.front import server
from okienko.front.door import parts


def test_what_runs_beside_the_pages_and_in_which_order():
    assert [part.name for part in parts(workers=True)] == [
        "change stream",
        "look at the door",
        "register of browsers",
        "job threads",
        "postman",
        "door for local mail",
    ]
    assert [part.name for part in parts(workers=False)] == [
        "change stream",
        "look at the door",
        "register of browsers",
        "door for local mail",
    ]


def commands(folder):
    """Runs commands of the product with everything it keeps in `folder`, on SQLite."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OKIENKO_")}
    environment |= {"OKIENKO_DATA": str(folder), "OKIENKO_STATIC": str(folder / "static")}

    def command(*words, **changed):
        return subprocess.Popen(
            [sys.executable, "-m", "okienko.cli", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=settings.BASE_DIR,
            env=environment | changed,
        )

    return command


@pytest.fixture
def fresh(tmp_path):
    return commands(tmp_path)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    command = commands(tmp_path_factory.mktemp("installed"))
    with command("migrate", "--verbosity", "0") as migrating:
        assert migrating.wait(60) == 0, migrating.stderr.read()
    return command


def test_it_serves_and_stops(installed):
    with installed("serve", "--port", "0") as process:
        line = process.stdout.readline().strip()
        assert line.startswith("Okienko listens on http://127.0.0.1:"), process.stderr.read()
        address = line.removeprefix("Okienko listens on ")
        assert process.stdout.readline().startswith(
            f"Nobody looks after this office yet. Open {address}/begin/"
        )
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                assert answer.status == 200
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
        finally:
            process.terminate()
        assert process.wait(5) == 0
        assert process.stderr.read() == ""


def test_a_taken_port_is_said_in_one_sentence(installed):
    with server.bound("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with installed("serve", "--port", str(port)) as process:
            assert process.wait(20) == 1
            said = process.stderr.read()
    assert said.startswith(f"CommandError: Okienko cannot listen on 127.0.0.1:{port}: Address already in use")


def test_an_older_database_is_not_served(fresh):
    with fresh("serve", "--port", "0") as process:
        assert process.wait(20) == 1
        assert process.stderr.read().strip().endswith(" steps of this version. Run: okienko migrate")


def test_a_database_that_is_not_there_is_said_in_one_sentence(fresh, tmp_path):
    nowhere = f"postgresql://nobody@localhost/none?host={tmp_path}"
    with fresh("serve", "--port", "0", OKIENKO_DATABASE_URL=nowhere) as process:
        assert process.wait(20) == 1
        said = process.stderr.read()
    assert said.startswith("CommandError: The database does not answer: ")
    assert said.count("Traceback") == 0
