"""A throw-away PostgreSQL, for tests and benchmarks.

with postgresql() as cluster:
    address = cluster.database("desk")     # postgresql://…, a new empty database

From a shell, a command with OKIENKO_DATABASE_URL pointing to one:

    python -m bench.cluster -- COMMAND …
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

OWNER = "okienko"
PATIENCE = 30  # seconds for PostgreSQL to start or stop


def bound_to_us(how: str = "KILL") -> list[str]:
    """Put before a command: nothing we start outlives us, even when we are killed.

    Linux sends the signal when the *thread* that started the command ends: start it from one that stays.
    """
    return ["setpriv", "--pdeathsig", how]


def program(name: str) -> str | None:
    """Where a program of PostgreSQL lies: in the path, or where Debian keeps it (the newest version)."""
    if found := shutil.which(name):
        return found
    places = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    return str(max(places, key=lambda place: float(place.parts[-3]), default="")) or None


def _account() -> dict:
    """PostgreSQL refuses to run as root: then it runs as Debian's user for it."""
    if os.getuid():
        return {}
    entry = pwd.getpwnam("postgres")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def available() -> bool:
    try:
        _account()
    except KeyError:
        return False
    return bool(program("initdb") and program("postgres"))


@dataclass(frozen=True)
class Cluster:
    directory: Path
    process: subprocess.Popen

    def address(self, name: str) -> str:
        return f"postgresql://{OWNER}@/{name}?host={self.directory}"

    def database(self, name: str) -> str:
        """Make a new, empty database (an old one of that name goes) and return its address."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.address(name)

    def stop(self):
        """Fast shutdown: open connections are closed, what was committed is written."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(PATIENCE)


def _settings(*, durable: bool) -> list[str]:
    chosen = {
        "listen_addresses": "",
        "max_connections": "200",
        "shared_buffers": "256MB",
        "logging_collector": "off",
        "log_min_messages": "fatal",
        "log_min_error_statement": "panic",
        "timezone": "UTC",
    }
    if not durable:
        chosen |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]


def _initialised(directory: Path, account: dict):
    if account:
        os.chown(directory, account["user"], account["group"])
    command = [program("initdb"), "--pgdata", directory / "data", "--username", OWNER, "--auth", "trust"]
    command += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    made = subprocess.run(command, capture_output=True, text=True, cwd=directory, check=False, **account)
    if made.returncode:
        raise RuntimeError(f"initdb: {made.stderr.strip()}")


def _wait_until_open(cluster: Cluster):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(cluster.address("postgres")).close()
        except psycopg.OperationalError:
            if cluster.process.poll() is not None or time.monotonic() > deadline:
                said = (cluster.directory / "log").read_text(errors="replace")[-1000:]
                raise RuntimeError(f"PostgreSQL did not start: {said}") from None
            time.sleep(0.05)
        else:
            return


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[Cluster]:
    """A cluster on a socket in a temporary directory; it is stopped and deleted at the end.

    `durable`: fsync and all, as an installation runs it; without, as fast as a test may want.
    RuntimeError with PostgreSQL's words when it cannot be made or started.
    """
    account = _account()
    directory = Path(tempfile.mkdtemp(prefix="okienko-pg-"))
    try:
        _initialised(directory, account)
        server = [program("postgres"), "-D", directory / "data", "-k", directory, *_settings(durable=durable)]
        with (directory / "log").open("wb") as log:
            process = subprocess.Popen(
                [*bound_to_us("INT"), *server],
                cwd=directory,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the tests, not for their database
                **account,
            )
        cluster = Cluster(directory, process)
        try:
            _wait_until_open(cluster)
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _run(command: list[str]) -> int:
    with postgresql() as cluster:
        environment = os.environ | {"OKIENKO_DATABASE_URL": cluster.database(OWNER)}
        child = subprocess.Popen([*bound_to_us("TERM"), *command], env=environment)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _frame: child.send_signal(received))
        return child.wait()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--available"]:
            sys.exit(not available())
        case ["--", _, *_]:
            sys.exit(_run(sys.argv[2:]))
        case _:
            sys.exit(__doc__)
