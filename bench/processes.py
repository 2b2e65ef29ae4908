"""Okienko as it is really run: its own processes, a fresh data directory, free ports.

okienko = installation(tmp_path)                # migrated
okienko.command("demo")                         # any command, to its end
with okienko.serving() as server:               # from when /health answers
    httpx.get(server.url + "/health")
    server.kill()                               # as a power cut would
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.cluster import bound_to_us

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds for a process to answer or to end


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Process:
    """A long-running command of Okienko: `serve` or `worker`."""

    popen: subprocess.Popen
    port: int = 0  # 0: it serves no pages
    lmtp_port: int = 0
    log: Path | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self):
        """SIGKILL: no handler runs, nothing is tidied up."""
        self.popen.kill()
        self.popen.wait(PATIENCE)

    def stop(self) -> float:
        """SIGTERM; the seconds it took to end. TimeoutExpired (after a SIGKILL) when it does not."""
        begin = time.perf_counter()
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        return time.perf_counter() - begin

    def wait_until_open(self):
        """Return when /health answers, well or unwell. RuntimeError with the log's end when it never does."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.popen.poll() is None:
            if health(self.port):
                return
            time.sleep(0.05)
        said = self.log.read_text(errors="replace")[-2000:] if self.log else ""
        raise RuntimeError(f"okienko serve does not answer on port {self.port}:\n{said}")


def health(port: int) -> int:
    """The status of GET /health on this machine; 0 when nobody listens."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0


@dataclass
class Installation:
    """One installation: where its data lies, which database, and everything it is told by the environment."""

    data: Path
    database_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)  # further OKIENKO_… settings

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("OKIENKO_")}
        own = {"OKIENKO_DATA": str(self.data), "OKIENKO_DATABASE_URL": self.database_url}
        return inherited | own | self.settings

    def command(self, *words: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        """Run `okienko WORDS…` to its end with `given` on standard input. CalledProcessError when it fails."""
        return subprocess.run(
            [sys.executable, ROOT / "manage.py", *words],
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            env=self.environment,
            capture_output=True,
            check=True,
        )

    def start(self, *words: str, **settings: str) -> subprocess.Popen:
        """Start a command that goes on; what it says is added to `log`. It dies with the thread that starts it."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*bound_to_us(), sys.executable, ROOT / "manage.py", *words],
                env=self.environment | settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def log(self) -> Path:
        return self.data / "process.log"

    def serve(self, *, port: int = 0, **settings: str) -> Process:
        """Start `okienko serve` with doors for pages and for LMTP, and return when it answers."""
        port, lmtp_port = port or free_port(), free_port()
        doors = {"OKIENKO_PUBLIC_URL": f"http://127.0.0.1:{port}", "OKIENKO_LMTP": f"127.0.0.1:{lmtp_port}"}
        popen = self.start("serve", "--port", str(port), **(doors | settings))
        process = Process(popen, port, lmtp_port, self.log)
        try:
            process.wait_until_open()
        except RuntimeError:
            process.kill()
            raise
        return process

    @contextmanager
    def serving(self, *, port: int = 0, **settings: str) -> Iterator[Process]:
        process = self.serve(port=port, **settings)
        try:
            yield process
        finally:
            process.stop()

    @contextmanager
    def working(self, **settings: str) -> Iterator[Process]:
        """`okienko worker` in a process of its own."""
        process = Process(self.start("worker", **settings), log=self.log)
        try:
            yield process
        finally:
            process.stop()


def installation(data: Path, database_url: str = "", **settings: str) -> Installation:
    """A fresh installation in the empty directory `data`, migrated. `database_url` "": SQLite in `data`."""
    data.mkdir(parents=True, exist_ok=True)
    made = Installation(data, database_url, settings)
    made.command("migrate", "--verbosity", "0")
    return made
