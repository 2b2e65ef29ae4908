"""The change stream of one process: what its tailer reads goes to the browsers that may know it.

Lives on the event loop. The last RING changes are kept, so that a browser that was away for
a moment is served from memory; only an older Last-Event-ID asks the database.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from okienko.events.cursor import Position
from okienko.events.presence import SWEEP, Board

RING = 10_000
BACKLOG = 500  # changes a slow browser may be behind; beyond that it is told to ask for everything again
BEAT = 20.0  # seconds between signs of life, shorter than any proxy's patience


@dataclass(frozen=True, slots=True)
class Change:
    """Something changed: where in the log, what ("conversation/42"), and who may know (None: everybody)."""

    position: Position
    topic: str
    audience: frozenset[int] | None

    def is_for(self, agent_id: int) -> bool:
        return self.audience is None or agent_id in self.audience


def frame(epoch: str, position: Position, topic: str) -> bytes:
    return f"id: {epoch}.{position.xid}.{position.id}\ndata: {topic}\n\n".encode()


class Subscriber:
    """One open stream. `next()` waits for bytes to send; b"" means that the stream ends.

    `visitor`: whoever opened it, as the front door knows them; nothing is made of it here.
    """

    __slots__ = ("_waiter", "agent_id", "closed", "frames", "visitor")

    def __init__(self, agent_id: int, visitor: object = None):
        self.agent_id, self.visitor = agent_id, visitor
        self.frames: deque[bytes] = deque()
        self.closed = False
        self._waiter: asyncio.Future | None = None

    def push(self, data: bytes):
        self.frames.append(data)
        self._wake()

    def close(self, _task=None):
        self.closed = True
        self._wake()

    def _wake(self):
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def next(self) -> bytes:
        if not self.frames and not self.closed:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
            self._waiter = None
        if self.closed:
            return b""
        data = b"".join(self.frames)
        self.frames.clear()
        return data


class Hub:
    def __init__(self, loop: asyncio.AbstractEventLoop, *, epoch: str, start: Position):
        self.loop = loop
        self.epoch = epoch
        self.subscribers: set[Subscriber] = set()
        self.ring: deque[Change] = deque(maxlen=RING)
        self.oldest = start  # everything after this position is in the ring
        self.newest = start
        self.lag_seconds: Callable[[], float] = lambda: 0.0  # of the tailer that feeds this hub
        self.board = Board(self)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        loop.call_soon_threadsafe(self._begin)  # made by the tailer's thread

    def publish(self, changes: list[Change]):
        """Called on the loop, in reading order."""
        for change in changes:
            if len(self.ring) == RING:
                self.oldest = self.ring[0].position
            self.ring.append(change)
            self.newest = change.position
        pieces = [(change, frame(self.epoch, change.position, change.topic)) for change in changes]
        for subscriber in self.subscribers:
            for change, data in pieces:
                if change.is_for(subscriber.agent_id):
                    self._push(subscriber, data)

    def _push(self, subscriber: Subscriber, data: bytes):
        if len(subscriber.frames) >= BACKLOG:
            subscriber.frames.clear()
            data = self.reset() + self.board.frames_for(subscriber.agent_id)
        subscriber.push(data)

    def whisper(self, data: bytes, audience: frozenset[int] | None):
        """A frame without an id: for those who listen now, and not to be asked for again."""
        for subscriber in self.subscribers:
            if audience is None or subscriber.agent_id in audience:
                self._push(subscriber, data)

    def subscribe(self, agent_id: int, visitor: object = None) -> Subscriber:
        subscriber = Subscriber(agent_id, visitor)
        self.subscribers.add(subscriber)
        return subscriber

    def leave(self, subscriber: Subscriber):
        self.subscribers.discard(subscriber)

    def position_of(self, last_event_id: str) -> Position | None:
        """Where a returning browser stands; None when its id is of another life or no id at all."""
        epoch, _, rest = last_event_id.partition(".")
        xid, _, number = rest.partition(".")
        if epoch != self.epoch or not (xid.isdecimal() and number.isdecimal()):
            return None
        return Position(int(xid[:19]), int(number[:19]))

    def since(self, position: Position) -> list[Change] | None:
        """The changes after `position`; None when the ring does not reach back that far."""
        if position < self.oldest:
            return None
        return [change for change in self.ring if change.position > position]

    def hello(self, position: Position | None = None) -> bytes:
        """Says that nothing up to `position` (now, when not given) is missing and all that follows will come."""
        return frame(self.epoch, position or self.newest, "hello")

    def reset(self) -> bytes:
        """Tells the browser to ask for everything on its page again."""
        return frame(self.epoch, self.newest, "reset")

    def _begin(self):
        self._send_beat()
        self._sweep()

    def _send_beat(self):
        for subscriber in self.subscribers:
            if not subscriber.frames:
                subscriber.push(b":\n\n")
        self._timers["beat"] = self.loop.call_later(BEAT, self._send_beat)

    def _sweep(self):
        self.board.sweep()
        self._timers["sweep"] = self.loop.call_later(SWEEP, self._sweep)

    def close(self):
        for timer in self._timers.values():
            timer.cancel()
        for subscriber in self.subscribers:
            subscriber.close()


_current: Hub | None = None


def install(hub: Hub | None):
    global _current  # noqa: PLW0603 - one hub per process, set at start-up and at the end
    _current = hub


def current() -> Hub | None:
    """The hub of this process, None before start-up, after the end and in other commands."""
    return _current
