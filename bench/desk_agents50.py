"""Fifty agents at work on one process: a stream each, a conversation opened every ten seconds, an answer a minute.

Meanwhile twenty letters come in each minute. What a page asks for by itself (the list anew after a change, panels,
presence, the mark of what was read) is asked for here, too, with the pauses of the page's own scripts.
"""

import http.client
import os
import random
import re
import smtplib
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.clients import Browser, Refused
from bench.desk import Sink, sink
from bench.figures import Figure, quantile
from bench.houses import House, corpus, house
from bench.live import LETTER
from bench.processes import Process

AGENTS, TICKETS = 50, 20_000
OPENS, ANSWERS, LETTERS = 10.0, 60.0, 3.0  # seconds between two of each; answers and openings of one agent
GAP = 2.0  # seconds between two looks at the list, as desk.html says
LIST = "/conversations/"
# What a conversation's page asks for once it stands: htmx on load, and panels.
ASKED_BY_THE_PAGE = re.compile(rb'<ok-panel [^>]*src="([^"]+)"|hx-get="([^"]+)" hx-trigger="load')
READING = re.compile(rb'<ok-read [^>]*src="([^"]+)" up-to="(\d+)"')
ROW = re.compile(rb'id="row-(\d+)"')
PRESENCE = re.compile(rb'<ok-presence [^>]*src="([^"]+)"')


def run(quick: bool) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="okienko-agents-") as folder, ExitStack() as stack:
        scratch = Path(folder)
        smtp = stack.enter_context(sink())
        written = corpus(scratch / "corpus", TICKETS)
        one = house(scratch / "data", written, smtp_port=smtp.port, sessions=AGENTS)
        server = stack.enter_context(one.installation.serving())
        yield from a_while(one, server, smtp, seconds=60 if quick else 240)


def a_while(one: House, server: Process, smtp: Sink, *, seconds: int) -> Iterator[Figure]:
    agents = [Agent(server.port, session, number) for number, session in enumerate(one.sessions)]
    for agent in agents:
        agent.start()
    time.sleep(OPENS + 2)  # everybody has come in
    for agent in agents:
        agent.times = defaultdict(list)
    cpu, begin = used(server), time.monotonic()
    letters = bring_letters(server, seconds)
    cores = (used(server) - cpu) / (time.monotonic() - begin)
    for agent in agents:
        agent.stopping.set()
    for agent in agents:
        agent.join(30)
    broken = [agent.trouble for agent in agents if agent.trouble]
    if broken:
        raise Refused(f"{len(broken)} agents broke off: {broken[0]}")
    yield from figures(agents, cores, seconds, letters)
    answers = sum(agent.answers for agent in agents)
    yield Figure("desk.agents50.answers", answers, "mails")
    yield Figure("desk.agents50.answers_sent", smtp.wait_for(answers), "mails", f"== {answers}")


def figures(agents: list["Agent"], cores: float, seconds: int, letters: int) -> Iterator[Figure]:
    kinds = {kind for agent in agents for kind in agent.times}
    times = {kind: [one for agent in agents for one in agent.times[kind]] for kind in sorted(kinds)}
    pages = [one for kind in times for one in times[kind]]
    yield Figure("desk.agents50.p50_ms", quantile(pages, 0.5), "ms")
    yield Figure("desk.agents50.p99_ms", quantile(pages, 0.99), "ms", "<= 300")
    yield Figure("desk.agents50.cores", cores, "cores", "<= 1")
    yield Figure("desk.agents50.pages_per_s", len(pages) / seconds, "1/s")
    yield Figure("desk.agents50.letters", letters, "mails")
    for kind, measured in times.items():
        yield Figure(f"desk.agents50.{kind}.p99_ms", quantile(measured, 0.99), "ms")
        yield Figure(f"desk.agents50.{kind}.per_s", len(measured) / seconds, "1/s")


def used(server: Process) -> float:
    """Seconds of processor time the server has used."""
    fields = Path(f"/proc/{server.popen.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bring_letters(server: Process, seconds: int) -> int:
    stamp, until, number = int(time.time()), time.monotonic() + seconds, 0
    with smtplib.LMTP("127.0.0.1", server.lmtp_port) as line:
        while time.monotonic() < until:
            letter = LETTER.format(number=number, stamp=stamp).replace("\n", "\r\n")
            line.sendmail("zofia@poczta.example", ["sklep@ziarno.test"], letter.encode())
            number += 1
            time.sleep(max(0.0, min(LETTERS, until - time.monotonic())))
    return number


class Agent(threading.Thread):
    """One person at the desk: opens conversations, answers, and lets the page keep itself fresh."""

    def __init__(self, port: int, session: str, number: int):
        super().__init__(daemon=True)
        self.browser, self.luck = Browser(port, session), random.Random(number)
        self.stopping, self.wake = threading.Event(), threading.Event()
        self.times: dict[str, list[float]] = defaultdict(list)
        self.rows: list[int] = []  # numbers of the conversations in the list as it was last shown
        self.open, self.topics, self.answers, self.trouble = 0, set(), 0, ""
        self.stream = Stream(port, session, self)

    def run(self):
        try:
            self.work()
        except Exception as error:  # noqa: BLE001 - told by the benchmark
            self.trouble = repr(error)
        self.browser.close()

    def work(self):
        now = time.monotonic()
        opens, answers, looks = now + self.luck.uniform(0, OPENS), now + self.luck.uniform(2, ANSWERS), now
        self.get("list", LIST, by_script=False)
        self.stream.start()
        while not self.stopping.is_set():
            now = time.monotonic()
            if now >= opens:
                self.open_one()
                opens += OPENS
            if now >= answers and self.open:
                self.answer()
                answers += ANSWERS
            if f"conversation/{self.open - 10_000}" in self.topics:
                self.topics.discard(f"conversation/{self.open - 10_000}")
                self.get("conversation_again", f"{LIST}{self.open}/?queue=open&shown=50")
            if self.topics and now >= looks:
                self.topics.clear()
                looks = now + GAP + self.luck.uniform(0, GAP / 8)
                self.get("list_again", f"{LIST}?queue=open")
            self.wake.wait(max(0.01, min(opens, answers, looks if self.topics else opens) - time.monotonic()))
            self.wake.clear()

    def get(self, kind: str, path: str, *, by_script: bool = True) -> bytes:
        took, page = self.browser.get(path, by_script=by_script)
        self.times[kind].append(took)
        if kind.startswith("list"):
            self.rows = [int(number) for number in ROW.findall(page)]
        return page

    def open_one(self):
        self.open = self.luck.choice(self.rows)
        page = self.get("conversation", f"{LIST}{self.open}/?queue=open", by_script=False)
        for groups in ASKED_BY_THE_PAGE.findall(page):
            self.get("panel", b"".join(groups).decode().replace("&amp;", "&"))
        for address in PRESENCE.findall(page):
            self.post("presence", address.decode(), state="viewing")
        for address, newest in READING.findall(page):
            self.post("reading", address.decode(), up_to=newest.decode())

    def post(self, kind: str, path: str, **fields: str):
        self.times[kind].append(self.browser.post(path, by_script=True, expect={200, 204}, **fields))

    def answer(self):
        self.post("presence", f"{LIST}{self.open}/presence/", state="typing")
        self.post(
            "answer", f"{LIST}{self.open}/replies/", text=f"Dzień dobry, to odpowiedź numer {self.answers}."
        )
        self.answers += 1


class Stream(threading.Thread):
    """The change stream of one browser."""

    def __init__(self, port: int, session: str, agent: Agent):
        super().__init__(daemon=True)
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.session, self.agent = session, agent

    def run(self):
        self.line.request("GET", "/live/changes", headers={"Cookie": f"okienko_session={self.session}"})
        answer = self.line.getresponse()
        while not self.agent.stopping.is_set() and (words := answer.readline()):
            if words.startswith(b"data: conversation/"):
                self.agent.topics.add(words[6:].strip().decode())
                self.agent.wake.set()
        self.line.close()
