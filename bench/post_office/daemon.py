"""One server of many processes: started with us, ended with us, whatever happens."""

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

HOST = "127.0.0.1"
PATIENCE = 30  # seconds for a server to start or to end
POLITE = 5  # seconds its workers may take to end by themselves
# Below the range that outgoing connections take theirs from: while a server is down nobody else gets its port,
# and a client that tries again does not connect to itself.
PORTS = range(20_000, 32_000)


def free_ports(count: int) -> list[int]:
    found: list[int] = []
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        if len(found) == count:
            break
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            found.append(port)
    return found


def greeting(port: int) -> bytes:
    """The first bytes a server says on this port; b"" when nobody is there."""
    try:
        with closing(socket.create_connection((HOST, port), timeout=PATIENCE)) as line:
            return line.recv(100)
    except OSError:
        return b""


# Servers forget who started them when they change their user. The shell sees the end of its input when we end.
GUARD = """
cat >/dev/null
for leader in "$1"/*/leader; do [ ! -e "$leader" ] || kill -s KILL -- "-$(cat "$leader")"; done
rm -rf "$1"
"""


@contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """At the end of the block, and also when we are killed in it: no daemon in `folder` lives, `folder` is gone."""
    command = ["sh", "-c", GUARD, "guard", str(folder)]
    guard = subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", start_new_session=True
    )
    try:
        yield
    finally:
        guard.stdin.close()
        guard.wait(PATIENCE)


class Daemon:
    """A server of many processes, the first of which leads a process group of its own. One thread at a time."""

    def __init__(self, name: str, command: list[str], greeters: list[int], folder: Path, workers: list[str]):
        """`greeters`: ports on which it speaks first; it is up when it greets on all of them.

        `workers`: its programs that may finish a letter before they end. What it says is in `folder`/log.
        """
        self.name, self.command, self.greeters, self.workers = name, command, greeters, workers
        self.folder, self.log, self.leader = folder, folder / "log", folder / "leader"
        self.process: subprocess.Popen | None = None

    def start(self):
        """Return when it greets on every port. RuntimeError with the log's end when it does not."""
        if self.process:
            return
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.leader.write_text(str(self.process.pid))
        deadline = time.monotonic() + PATIENCE
        while not all(greeting(port) for port in self.greeters):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                said = self.log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{self.name} did not start: {said}")
            time.sleep(0.02)

    def stop(self):
        """End all its processes and return when none is left."""
        if not self.process:
            return
        leader, self.process = self.process, None
        if leader.poll() is None:
            leader.terminate()
            time.sleep(0.02)
        deadline = time.monotonic() + POLITE
        while leader.poll() is None and time.monotonic() < deadline:
            if not any(_group(leader.pid, program) for program in self.workers):
                break
            time.sleep(0.01)
        deadline = time.monotonic() + PATIENCE
        while _group(leader.pid) and time.monotonic() < deadline:
            with suppress(ProcessLookupError):
                os.killpg(leader.pid, signal.SIGKILL)
            time.sleep(0.01)
        leader.wait(PATIENCE)
        self.leader.unlink(missing_ok=True)

    def members(self, program: str) -> list[int]:
        """The ids of its processes of this program now."""
        return _group(self.process.pid, program) if self.process else []


def _group(leader: int, program: str = "") -> list[int]:
    """The living processes of a group, those of one program or all; ended ones that nobody waited for are not."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
            state, _, group = rest.split()[:3]
            if int(group) == leader and state != "Z" and program in {"", name}:
                found.append(int(entry.name))
    return found
