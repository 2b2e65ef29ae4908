"""How long an agent waits for the desk: the list, a conversation, a reply; with little history and with much.

The agent is shut out of three closed teams of five. All servers run at once and are asked in turns, so that
whatever else the machine does happens to all of them.
"""

import json
import random
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller

from bench import cluster
from bench.clients import Browser, Refused
from bench.figures import Figure, quantile
from bench.houses import House, corpus, house, program
from bench.processes import Process, free_port

SIZES = {"1k": 1_000, "100k": 100_000, "1m": 1_000_000}
# Which are loaded with their search index; these pages do not ask it, and the largest takes minutes.
SEARCHED, SEARCHED_QUICK = {"1m": False, "1k": True, "100k": True}, {"100k": False, "1k": True}
LIST = "/conversations/"
WARM, TURN = 20, 20
ASKED = {"100k.p50_ms": "<= 20", "100k.p99_ms": "<= 50"}
GROWTH = "<= 1.3"
SECONDS_PER_REPLY = 0.125  # one address may post ten times a second


def run(quick: bool) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="okienko-desk-") as folder, ExitStack() as stack:
        scratch = Path(folder)
        smtp = stack.enter_context(sink())
        sizes = SEARCHED_QUICK if quick else SEARCHED
        with ThreadPoolExecutor(2) as builders:
            made = [
                builders.submit(built, scratch, size, smtp.port, search=search)
                for size, search in sizes.items()
            ]
        houses = {size: future.result() for size, future in zip(sizes, made, strict=True)}
        houses = {size: houses[size] for size in SIZES if size in houses}
        servers = {size: stack.enter_context(one.installation.serving()) for size, one in houses.items()}
        yield from pages("desk", houses, servers, rounds=4 if quick else 15)
        yield from statements(houses["100k"])
        yield from replies(houses["100k"], servers["100k"], smtp, count=30 if quick else 200)
        stack.close()
        if not quick:
            yield from polish(scratch)
            yield from on_postgresql(scratch)


def built(scratch: Path, size: str, smtp_port: int, *, search: bool) -> House:
    written = corpus(scratch / "corpus" / size, SIZES[size])
    return house(scratch / size, written, smtp_port=smtp_port, search=search)


def paths(one: House) -> list[str]:
    """Conversations to look at: one in ten is long."""
    chosen = random.Random(3).choices(one.conversations, k=270) + one.long * (30 // len(one.long) + 1)
    chosen = chosen[:300]
    random.Random(5).shuffle(chosen)
    return [f"{LIST}{number}/" for number in chosen]


def pages(
    name: str, houses: dict[str, House], servers: dict[str, Process], *, rounds: int
) -> Iterator[Figure]:
    """The list and conversations of each size, in turns; then how the largest compares with the smallest."""
    visitors = {size: Visitor(servers[size], houses[size]) for size in servers}
    for visitor in visitors.values():
        visitor.warm_up()
    for _ in range(rounds):
        for visitor in visitors.values():
            visitor.turn()
    for page in ("list", "conversation"):
        times = {size: getattr(visitor, page) for size, visitor in visitors.items()}
        for size, measured in times.items():
            yield figure(f"{name}.{page}", f"{size}.p50_ms", quantile(measured, 0.5))
            yield figure(f"{name}.{page}", f"{size}.p99_ms", quantile(measured, 0.99))
        smallest, *_, largest = [*times, *times]
        if smallest != largest:
            ratio = quantile(times[largest], 0.5) / quantile(times[smallest], 0.5)
            yield Figure(f"{name}.{page}.{largest}_to_{smallest}.p50", ratio, "", GROWTH)
    for visitor in visitors.values():
        visitor.browser.close()


def figure(name: str, what: str, value: float) -> Figure:
    return Figure(f"{name}.{what}", value, "ms", ASKED.get(what, ""))


class Visitor:
    """An agent who looks at the list and at one conversation after another."""

    def __init__(self, server: Process, one: House):
        self.browser = Browser(server.port, one.session)
        self.paths = paths(one)
        self.asked = 0
        self.list: list[float] = []
        self.conversation: list[float] = []

    def warm_up(self):
        rows = self.browser.get(LIST)[1].count(b'<li id="row-')
        if rows != 50:
            raise Refused(f"the list shows {rows} rows: it is not the page to be measured")
        for path in self.paths[:WARM]:
            self.browser.get(LIST)
            self.browser.get(path)

    def turn(self):
        for _ in range(TURN):
            self.list.append(self.browser.get(LIST)[0])
            self.conversation.append(self.browser.get(self.paths[self.asked % len(self.paths)])[0])
            self.asked += 1


def statements(one: House) -> Iterator[Figure]:
    """The dearest of some pages, in SQL statements, the session's and the agent's included."""
    some = [LIST, *[f"{LIST}{number}/" for number in [*one.long, *one.conversations[:60]]]]
    counts = program(one.installation, "bench.statements", one.session, *some)
    yield Figure("desk.list.sql", counts.pop(LIST), "statements", "<= 10")
    yield Figure("desk.conversation.sql", max(counts.values()), "statements", "<= 8")


def replies(one: House, server: Process, smtp: "Sink", *, count: int) -> Iterator[Figure]:
    """Answers of an agent, stored, indexed and queued; sending goes on behind.

    First by a plain form, answered with 303 when the reply is safe, then as the page's script sends it, which is
    answered with the conversation's page made anew.
    """
    browser, times = Browser(server.port, one.session), {False: [], True: []}
    for whole_page, measured in times.items():
        for number in range(count):
            conversation = one.conversations[number % len(one.conversations)]
            begin = time.monotonic()
            text = f"Dzień dobry, paczka nr {number} wyszła dziś rano. Pozdrawiam, Anna"
            measured.append(browser.post(f"{LIST}{conversation}/replies/", by_script=whole_page, text=text))
            time.sleep(max(0.0, begin + SECONDS_PER_REPLY - time.monotonic()))
    browser.close()
    yield Figure("desk.reply.100k.p50_ms", quantile(times[False], 0.5), "ms", "<= 15")
    yield Figure("desk.reply.100k.p99_ms", quantile(times[False], 0.99), "ms")
    yield Figure("desk.reply.100k.with_page.p50_ms", quantile(times[True], 0.5), "ms")
    yield Figure("desk.reply.100k.sent", smtp.wait_for(2 * count), "mails", f"== {2 * count}")


class Sink:
    """An SMTP server that takes every letter and counts them."""

    def __init__(self):
        self.port, self.letters = free_port(), 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the name is aiosmtpd's
        self.letters += 1
        return "250 2.0.0 taken"

    def wait_for(self, count: int, seconds: float = 30) -> int:
        """How many letters have come; returns when there are `count`, or when the time is over."""
        until = time.monotonic() + seconds
        while self.letters < count and time.monotonic() < until:
            time.sleep(0.05)
        return self.letters


@contextmanager
def sink() -> Iterator[Sink]:
    taken = Sink()
    controller = Controller(taken, hostname="127.0.0.1", port=taken.port)
    controller.start()
    try:
        yield taken
    finally:
        controller.stop()


def polish(scratch: Path) -> Iterator[Figure]:
    """The same pages over Polish letters."""
    written = corpus(scratch / "corpus" / "pl", SIZES["100k"], polish=True)
    one = house(scratch / "pl", written)
    with one.installation.serving() as server:
        yield from pages("desk.polish", {"100k": one}, {"100k": server}, rounds=10)


def on_postgresql(scratch: Path) -> Iterator[Figure]:
    if not cluster.available():
        print(json.dumps({"benchmark": "desk", "skipped": "PostgreSQL is not installed"}), flush=True)
        return
    with cluster.postgresql() as there:
        written = scratch / "corpus" / "100k"
        one = house(scratch / "postgresql", written, database_url=there.database("desk"))
        with one.installation.serving() as server:
            yield from pages("desk.postgresql", {"100k": one}, {"100k": server}, rounds=10)
