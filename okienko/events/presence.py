"""Who has something open right now, and who is writing there. The only news that is never stored.

It lives on the event loop of each process, beside the hub, and goes to the same streams as frames without an id:
`here conversation/42 7:viewing 9:typing` says who is there now, all of them, by agents' ids. A stay that nobody
confirms ends by itself. On PostgreSQL the processes tell each other by NOTIFY.
"""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from okienko.events.registry import REGISTRY

if TYPE_CHECKING:
    from okienko.events.hub import Hub

VIEWING, TYPING, GONE = "viewing", "typing", "gone"
STATES = {VIEWING, TYPING, GONE}
LASTS = {VIEWING: 50.0, TYPING: 8.0}  # seconds without being confirmed; browsers confirm after half of it
SWEEP = 2.0
WORD = "here"
LONGEST = 7000  # bytes of one NOTIFY; PostgreSQL takes 8000
Audience = frozenset[int] | None


@dataclass(frozen=True)
class Word:
    """What one page says. Words of a page may overtake each other on the line: `turn` grows with each of them."""

    state: str
    page: str = "-"
    turn: int = 0


@dataclass
class Stay:
    state: str
    until: float


class Board:
    """What the hub of this process knows. All methods run on its loop."""

    def __init__(self, hub: "Hub"):
        self.hub = hub
        self.stays: dict[str, dict[int, Stay]] = {}
        self.audiences: dict[str, Audience] = {}
        self.turns: dict[str, tuple[int, float]] = {}  # page → its newest turn, and until when to keep it

    def tell(self, topic: str, agent_id: int, word: Word, audience: Audience):
        """An agent is there, writes, or has gone."""
        if self._is_overtaken(word):
            return
        state = word.state
        stays = self.stays.setdefault(topic, {})
        before = stays.get(agent_id)
        self.audiences[topic] = audience
        if state == GONE:
            stays.pop(agent_id, None)
        else:
            stays[agent_id] = Stay(state, self.hub.loop.time() + LASTS[state])
        if (before.state if before else GONE) != state:
            self._say(topic)

    def _is_overtaken(self, word: Word) -> bool:
        newest, _until = self.turns.get(word.page, (-1, 0.0))
        if word.turn:
            self.turns[word.page] = max(newest, word.turn), self.hub.loop.time() + LASTS[VIEWING]
        return 0 < word.turn < newest

    def sweep(self):
        """End what nobody confirmed: who stopped writing still looks, who stopped looking has gone."""
        now = self.hub.loop.time()
        self.turns = {page: known for page, known in self.turns.items() if known[1] > now}
        for topic, stays in list(self.stays.items()):
            over = [agent for agent, stay in stays.items() if stay.until <= now]
            for agent in over:
                was = stays.pop(agent)
                if was.state == TYPING:
                    stays[agent] = Stay(VIEWING, was.until + LASTS[VIEWING] - LASTS[TYPING])
            if over:
                self._say(topic)

    def frames_for(self, agent_id: int) -> bytes:
        """Everything an agent may know, for a stream that begins."""
        return b"".join(
            self._frame(topic)
            for topic, audience in self.audiences.items()
            if audience is None or agent_id in audience
        )

    def _say(self, topic: str):
        self.hub.whisper(self._frame(topic), self.audiences[topic])
        if not self.stays[topic]:
            del self.stays[topic], self.audiences[topic]

    def _frame(self, topic: str) -> bytes:
        there = " ".join(f"{agent}:{stay.state}" for agent, stay in sorted(self.stays[topic].items()))
        return f"data: {WORD} {topic} {there}".strip().encode() + b"\n\n"


def report(topic: str, agent_id: int, word: Word):
    """Say where an agent is, from a thread that may use the database. Nobody listens in other commands: nothing happens."""
    kind, _slash, pk = topic.partition("/")
    audience = REGISTRY.audiences[kind]([int(pk)]).get(int(pk), frozenset())
    _tell(topic, agent_id, word, audience)
    if connection.vendor == "postgresql":
        told = "*" if audience is None else ",".join(map(str, sorted(audience)))
        words = f"{WORD} {os.getpid()} {topic} {agent_id} {word.state} {word.page} {word.turn} {told}"
        if len(words) <= LONGEST:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify('okienko', %s)", [words])


def heard(payload: str) -> bool:
    """What another process said by NOTIFY. False when it is not about presence."""
    if not payload.startswith(f"{WORD} "):
        return False
    _word, process, topic, agent_id, state, page, turn, told = payload.split(" ")
    if process != str(os.getpid()):
        audience = None if told == "*" else frozenset(int(each) for each in told.split(",") if each)
        _tell(topic, int(agent_id), Word(state, page, int(turn)), audience)
    return True


def _tell(topic: str, agent_id: int, word: Word, audience: Audience):
    from okienko.events import hub  # noqa: PLC0415 - the hub keeps the board, the board speaks by the hub

    the_hub = hub.current()
    if the_hub is not None:
        the_hub.loop.call_soon_threadsafe(the_hub.board.tell, topic, agent_id, word, audience)
