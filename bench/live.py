"""The change stream with two thousand browsers on it, and the pages beside clients that only hold their line.

A frame's time runs from the event's `happened_at`, which is taken inside the transaction, so that the rest of it
and its commit are counted too. Letters by LMTP make the events; every agent may know of them.
"""

import json
import re
import smtplib
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.clients import Browser, Idlers
from bench.cluster import bound_to_us
from bench.figures import Figure, quantile
from bench.houses import House, corpus, house, program
from bench.processes import ROOT, Process

STREAMS, WARM = 2000, 100
WARM_LETTERS = 5
LETTERS_PER_SECOND = 5
HOLDERS = 50
LIST = "/conversations/"
LETTER = """From: Zofia <zofia{number}@poczta.example>
To: sklep@ziarno.test
Subject: Gdzie jest paczka {number}
Message-ID: <{number}.{stamp}@poczta.example>

Dzień dobry, czekam już tydzień na paczkę. Zofia
"""


def run(quick: bool) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="okienko-live-") as folder:
        scratch = Path(folder)
        one = house(scratch / "data", corpus(scratch / "corpus", 1000), sessions=STREAMS)
        yield from streams(scratch, one, seconds=8 if quick else 30)
        yield from slow_clients(one, rounds=4 if quick else 10)


def streams(scratch: Path, one: House, *, seconds: int) -> Iterator[Figure]:
    sessions = scratch / "sessions"
    sessions.write_text("\n".join(one.sessions))
    with one.installation.serving() as server, crowd(server, sessions) as people:
        Browser(server.port, one.session).get(LIST)
        people.ask(WARM)
        time.sleep(1)
        before = memory_kb(server.popen.pid)
        begin = time.monotonic()
        people.ask(STREAMS)
        yield Figure("live.2000.opening_s", time.monotonic() - begin, "s")
        time.sleep(1)
        each = (memory_kb(server.popen.pid) - before) / (STREAMS - WARM)
        yield Figure("live.2000.kb_per_stream", each, "kB", "<= 25")
        told = people.ask(happened(one, server, seconds=seconds))
        yield Figure("live.2000.p50_ms", told["p50"], "ms")
        yield Figure("live.2000.p99_ms", told["p99"], "ms", "<= 150")
        yield Figure("live.2000.missing", told["missing"], "frames", "== 0")
        yield Figure("live.sigterm_s", server.stop(), "s", "<= 5")


class Crowd:
    """The process that holds the streams."""

    def __init__(self, popen: subprocess.Popen):
        self.popen = popen

    def ask(self, given) -> dict:
        self.popen.stdin.write(json.dumps(given) + "\n")
        self.popen.stdin.flush()
        line = self.popen.stdout.readline()
        if not line:
            raise RuntimeError("the crowd went home")
        return json.loads(line)


@contextmanager
def crowd(server: Process, sessions: Path) -> Iterator[Crowd]:
    command = [*bound_to_us(), sys.executable, "-m", "bench.crowd", str(server.port), str(sessions)]
    pipe = subprocess.PIPE
    popen = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
    with popen:
        try:
            yield Crowd(popen)
        finally:
            popen.kill()


def memory_kb(pid: int) -> int:
    """Memory that belongs to the process alone, plus its share of what it has in common with others."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)[1])


def happened(one: House, server: Process, *, seconds: int) -> dict[int, float]:
    """Let letters come in, one after another; id and time of each event that followed, in seconds.

    The first few are not counted: what they need is loaded then, once in the life of the process.
    """
    database = sqlite3.connect(f"file:{one.installation.data}/okienko.sqlite3?mode=ro", uri=True)
    deliver(server, WARM_LETTERS)
    (last,) = database.execute("SELECT max(id) FROM events_event").fetchone()
    deliver(server, seconds * LETTERS_PER_SECOND)
    # A new contact is an event too, of which no screen is told.
    asked = "SELECT id, happened_at FROM events_event WHERE id > ? AND subject_type = 'conversation'"
    found = database.execute(asked, [last]).fetchall()
    database.close()
    return {pk: datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp() for pk, at in found}


def deliver(server: Process, count: int):
    """So many letters by LMTP, evenly; returns when what follows from the last one has followed."""
    for number in range(count):
        due = time.monotonic() + 1 / LETTERS_PER_SECOND
        with smtplib.LMTP("127.0.0.1", server.lmtp_port) as post:
            letter = LETTER.format(number=number, stamp=time.time_ns())
            post.sendmail("zofia@poczta.example", "sklep@ziarno.test", letter.encode())
        time.sleep(max(0.0, due - time.monotonic()))
    time.sleep(2)


def slow_clients(one: House, *, rounds: int, requests: int = 60) -> Iterator[Figure]:
    """The list as one agent asks for it, alone and beside a hundred lines that are only held, in turns."""
    address = program(one.installation, "bench.bigfile", 16)["address"]
    alone, beside = [], []
    with one.installation.serving() as server:
        browser = Browser(server.port, one.session)
        for _ in range(20):
            browser.get(LIST)
        for _ in range(rounds):
            alone += [browser.get(LIST)[0] for _ in range(requests)]
            with Idlers(server.port) as idlers:
                hold(idlers, browser, one, address)
                beside += asked_beside(idlers, browser, requests)
        browser.close()
    yield Figure("live.slow_clients.p99_ms", quantile(beside, 0.99), "ms")
    yield Figure("live.slow_clients.none.p99_ms", quantile(alone, 0.99), "ms")
    ratio = quantile(beside, 0.99) / quantile(alone, 0.99)
    yield Figure("live.slow_clients.p99_ratio", ratio, "", "<= 1.5")


def hold(idlers: Idlers, browser: Browser, one: House, address: str):
    for number in range(HOLDERS):
        conversation = one.conversations[number % len(one.conversations)]
        idlers.upload(f"{LIST}{conversation}/replies/", browser)
        idlers.download(address)
    idlers.drip()
    time.sleep(1)
    idlers.check()


def asked_beside(idlers: Idlers, browser: Browser, requests: int) -> list[float]:
    """Times of the list while each upload gets a byte a second; every line must have lasted to the end."""
    times, due = [], time.monotonic()
    for _ in range(requests):
        if time.monotonic() >= due:
            idlers.drip()
            due += 1
        times.append(browser.get(LIST)[0])
    idlers.check()
    return times
