"""One installation on its own ports that is killed and started again, and what must be true of it in the end."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench.cluster import bound_to_us
from bench.processes import ROOT, Installation, Process, free_port
from tests.faults.mail import PATIENCE, Postman, until
from tests.faults.stage import letter_id

RECOVERY = 30.0  # seconds from a start until nothing waits; bench/recovery.py asks 10 of a quiet machine


@dataclass(frozen=True)
class Stage:
    """A filled installation to be copied: `python -m tests.faults.stage` has run in it."""

    installation: Installation
    session: str  # key of Anna's session
    smtp_port: int


def build(data: Path, database_url: str = "") -> Stage:
    """Migrate and fill a new installation in `data`."""
    data.mkdir(parents=True)
    made, smtp_port = Installation(data, database_url), free_port()
    made.command("migrate", "--verbosity", "0")
    command = [sys.executable, "-m", "tests.faults.stage", str(smtp_port)]
    environment = made.environment | {"DJANGO_SETTINGS_MODULE": "okienko.settings"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return Stage(made, done.stdout.split()[-1], smtp_port)


def sibling(database_url: str, name: str, *, template: str = "template1") -> str:
    """A new database beside the given one. Returns its address."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return urlsplit(database_url)._replace(path=f"/{name}").geturl()


def copy(stage: Stage, data: Path, server: str = "") -> "House":
    """The same installation once more, in `data`. `server`: address of any other database of its PostgreSQL."""
    shutil.copytree(stage.installation.data, data)
    url = sibling(server, "fault", template="stage") if server else ""
    return House(Installation(data, url), stage.session)


@dataclass
class House:
    installation: Installation
    session: str
    port: int = field(default_factory=free_port)
    lmtp_port: int = field(default_factory=free_port)
    living: list[subprocess.Popen] = field(default_factory=list)

    # What runs

    def serve(self, *words: str, **settings: str) -> Process:
        """Start `okienko serve` and return when it answers."""
        process = Process(self.start("serve", *words, **settings), self.port, self.lmtp_port, self.log)
        process.wait_until_open()
        return process

    def start(self, command: str, *words: str, dying: tuple = (), **settings: str) -> subprocess.Popen:
        """Start a command, without waiting. `dying`: (before or after, function, number of the call)."""
        doors = {
            "OKIENKO_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "OKIENKO_LMTP": f"127.0.0.1:{settings.pop('lmtp_port', self.lmtp_port)}",
        }
        port = ["--port", settings.pop("port", str(self.port))] if command == "serve" else []
        program = ["-m", "tests.faults.dying", *map(str, dying), "--"] if dying else [ROOT / "manage.py"]
        with self.log.open("ab") as log:
            popen = subprocess.Popen(
                [*bound_to_us(), sys.executable, *program, command, *port, *words],
                cwd=ROOT,
                env=self.installation.environment | {"PYTHONFAULTHANDLER": "1"} | doors | settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.living.append(popen)
        return popen

    def dies(self, popen: subprocess.Popen):
        """Wait until the process has killed itself."""
        until(
            lambda: popen.poll() is not None, what="the process did not reach the place where it was to die"
        )
        assert popen.returncode == -signal.SIGKILL, self.told()

    @property
    def log(self) -> Path:
        """Beside the data: what happens to their disk must not silence the processes."""
        return self.installation.data.with_name("said.log")

    def told(self) -> str:
        """What has become of the processes, and what they said last."""
        ends = [popen.poll() for popen in self.living]
        return f"ended with {ends}\n" + self.log.read_text(errors="replace")[-30000:]

    def tell_where_it_hangs(self):
        """Every thread of the living writes its stack into the log (PYTHONFAULTHANDLER) and ends."""
        for popen in self.living:
            if popen.poll() is None:
                popen.send_signal(signal.SIGABRT)
                popen.wait(PATIENCE)

    def post(self, letters, **more) -> Postman:
        postman = Postman(self.lmtp_port, letters, **more)
        postman.start()
        return postman

    def end(self):
        for popen in self.living:
            if popen.poll() is None:
                popen.kill()
            popen.wait()

    # What is true

    def ask(self, sql: str) -> list[tuple]:
        """Rows of the database, read by a connection of our own."""
        if self.installation.database_url:
            ours = {
                "autocommit": True,
                "application_name": "test",
            }  # a test that cuts lines leaves its own alone
            with psycopg.connect(self.installation.database_url, **ours) as connection:
                return connection.execute(sql).fetchall()
        path = self.installation.data / "okienko.sqlite3"
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
            return [tuple(row) for row in connection.execute(sql).fetchall()]

    def counted(self, sql: str) -> Counter:
        return Counter(row[0] for row in self.ask(sql))

    def is_quiet(self) -> bool:
        """Nothing waits, runs or was set aside, and every letter that was taken has been read."""
        jobs = "SELECT count(*) FROM events_job"
        unread = "SELECT count(*) FROM inboxes_arrival WHERE state <> 'done'"
        return self.ask(f"SELECT ({jobs}), ({unread})") == [(0, 0)]

    def rest(self, *, since: float, seconds: float = RECOVERY) -> float:
        """Wait until nothing waits any more. Returns the seconds since then; AssertionError beyond `seconds`."""
        deadline = time.monotonic() + PATIENCE
        while not self.is_quiet():
            if time.monotonic() > deadline:
                waiting = self.ask(JOBS)
                self.tell_where_it_hangs()
                raise AssertionError(f"not quiet: {waiting}\n{self.told()}")
            time.sleep(0.05)
        took = time.monotonic() - since
        assert took <= seconds, f"{took:.1f} s\n{self.told()}"
        return took

    def has_received(self, numbers):
        """Each letter once: one message, one conversation, one event of each kind, one entry in the index."""
        wanted = Counter(letter_id(number) for number in numbers)
        assert self.counted(RECEIVED) == wanted
        assert self.counted(OPENED) == wanted
        assert self.counted(TOLD) == wanted
        assert self.counted(INDEXED) == wanted
        assert self.ask(UNSEEN) == []

    def has_sent(self, sink, *, twice: int = 0):
        """Each answer once at the mail server, of which at most `twice` once more, and known as sent."""
        ((unsent,),) = self.ask("SELECT count(*) FROM conversations_delivery WHERE state <> 'sent'")
        written = self.counted("SELECT external_id FROM conversations_message WHERE direction = 'out'")
        arrived = Counter(message_id for message_id, _ in sink.accepted)
        assert (unsent, set(arrived)) == (0, set(written))
        assert written.total() <= arrived.total() <= written.total() + twice


JOBS = "SELECT name, attempts, worker, parked_at, run_at, error FROM events_job"
MESSAGES = "FROM conversations_message m WHERE m.direction = 'in' AND m.external_id NOT LIKE 'letter-900%'"
RECEIVED = f"SELECT m.external_id {MESSAGES}"
OPENED = """SELECT m.external_id FROM events_event e
JOIN conversations_message m ON m.conversation_id = e.subject_id AND m.direction = 'in'
WHERE e.type = 'conversation.opened' AND m.external_id NOT LIKE 'letter-900%'"""
TOLD = """SELECT m.external_id FROM events_event e
JOIN conversations_message m ON m.conversation_id = e.subject_id AND m.direction = 'in'
WHERE e.type = 'conversation.message_received' AND m.external_id NOT LIKE 'letter-900%'"""
INDEXED = """SELECT m.external_id FROM search_searchable s JOIN conversations_message m ON m.id = s.ref_id
WHERE s.kind = 'message' AND m.direction = 'in' AND m.external_id NOT LIKE 'letter-900%'"""
UNSEEN = """SELECT a.id FROM inboxes_arrival a LEFT JOIN conversations_sighting s ON s.arrival_id = a.id
WHERE s.id IS NULL"""


def address_of_postgresql() -> str:
    """Where bin/test runs the suite on PostgreSQL; "" on SQLite."""
    return os.environ.get("OKIENKO_DATABASE_URL", "")
