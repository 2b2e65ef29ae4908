"""Connections kept for the next letter, two to a server, and servers that are down left alone for a while."""

import atexit
import os
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import gettext as _

from okienko.channels.email.smtp_line import Line, opened
from okienko.channels.email.smtp_login import logged_in
from okienko.channels.email.smtp_route import Route, Server
from okienko.inboxes.channel import ChannelError, ServerTrouble
from okienko.inboxes.source import Trouble


@dataclass(frozen=True)
class Limits:
    """All times in seconds."""

    lines: int = 2  # open to one server
    letters: int = 100  # by one line
    idle: float = 60.0  # a line is kept without a letter
    patience: float = 10.0  # for a free line
    hope: float = 3.0  # for a free line, while every one is still being opened
    rest: float = 20.0  # of a server after it could not be used


@dataclass(frozen=True)
class Failure:
    """`secret`: the one that was refused, None where the trouble is everybody's."""

    trouble: Trouble
    reason: str
    retry_after: timedelta | None
    at: float
    secret: str | None = field(repr=False)

    def concerns(self, route: Route) -> bool:
        return self.secret is None or self.secret == route.secret

    def told_again(self) -> ServerTrouble:
        words = _("%s (This was tried a moment ago and will be tried again soon.)") % self.reason
        return ServerTrouble(self.trouble, words, retry_after=self.retry_after)


def _failure(trouble: ServerTrouble, secret: str | None = None) -> Failure:
    # Not the exception itself: with its frames it would keep the connection.
    return Failure(trouble.trouble, trouble.reason, trouble.retry_after, time.monotonic(), secret)


@dataclass
class Place:
    """What is known of one server. Guarded by the pool's lock."""

    idle: list[Line] = field(default_factory=list)  # the one used last at the end
    lent: list[Line] = field(default_factory=list)
    opening: dict[int, float] = field(default_factory=dict)  # by thread: since when
    failure: Failure | None = None
    is_probing: bool = False

    @property
    def in_use(self) -> int:
        return len(self.lent) + len(self.opening)


class Pool:
    """One per process, for all its threads; a child after fork begins with an empty one."""

    def __init__(self, limits: Limits | None = None):
        self.limits = limits or Limits()
        self.forget()

    def take(self, route: Route, *, fresh: bool = False) -> Line:
        """A line that is signed in and alive as far as can be seen; `fresh`: opened for this letter.

        ServerTrouble: it cannot be opened, or could not a moment ago. ChannelError: all lines are in use.
        """
        leaving: list[Line] = []
        try:
            line = self._found(route, leaving, fresh=fresh)
        finally:
            for one in leaving:
                one.leave()
        return line or self._opened(route)

    def give_back(self, line: Line, *, trouble: ServerTrouble | None = None):
        """Every line taken comes back, whatever became of it. `trouble`: the server fell silent. Never raises."""
        with self.lock:
            place = self._place(line.route)
            place.lent.remove(line)
            place.is_probing = False
            if trouble:
                place.failure = _failure(trouble)
            elif line.sock is not None:
                place.failure = None
            is_good = line.is_clean and line.sock is not None and line.letters < self.limits.letters
            is_kept = is_good and self._has_janitor()
            if is_kept:
                line.idle_since, line.is_kept = time.monotonic(), True
                place.idle.append(line)
            self.freed.notify_all()
        if not is_kept:
            line.leave()

    def close_idle(self):
        """Say good-bye on every line that nobody uses."""
        with self.lock:
            leaving = [line for place in self.places.values() for line in place.idle]
            for place in self.places.values():
                place.idle.clear()
            self.tidying.notify_all()
        for line in leaving:
            line.leave()

    def forget(self):
        """Begin anew, without a word to anybody: in the child of a fork the lines are the parent's."""
        for place in getattr(self, "places", {}).values():
            for line in (*place.idle, *place.lent):
                line.close()
        self.places: dict[Server, Place] = {}
        self.lock = threading.Lock()
        self.freed = threading.Condition(self.lock)
        self.tidying = threading.Condition(self.lock)
        self.janitor: threading.Thread | None = None

    def _place(self, route: Route) -> Place:
        return self.places.setdefault(route.server, Place())

    def _found(self, route: Route, leaving: list[Line], *, fresh: bool) -> Line | None:
        """An idle line; None: one may be opened. Waits for its turn. `leaving`: gets those to take leave of."""
        since = time.monotonic()
        with self.lock:
            place = self._place(route)
            while True:
                line = None if fresh else self._idle(place, route, leaving)
                if line:
                    place.lent.append(line)
                    return line
                self._refuse_if_down(place, route)
                if place.in_use < self.limits.lines:
                    break
                self._wait(place, route, since)
            place.is_probing = place.failure is not None
            place.opening[threading.get_ident()] = time.monotonic()
            while place.idle and place.in_use + len(place.idle) > self.limits.lines:
                leaving.append(place.idle.pop(0))
        return None

    def _idle(self, place: Place, route: Route, leaving: list[Line]) -> Line | None:
        """The line used last with the same secret, if it lives. `leaving`: gets those that do not."""
        for line in place.idle[::-1]:
            if line.route != route:
                continue
            place.idle.remove(line)
            if line.is_alive and time.monotonic() - line.idle_since < self.limits.idle:
                line.route = route
                return line
            leaving.append(line)
        return None

    def _refuse_if_down(self, place: Place, route: Route):
        failure = place.failure
        if failure is None or not failure.concerns(route):
            return
        if place.is_probing or time.monotonic() - failure.at < self.limits.rest:
            raise failure.told_again()

    def _wait(self, place: Place, route: Route, since: float):
        """Until something changes. ChannelError when this caller has waited long enough."""
        until = since + self.limits.patience
        if len(place.opening) == self.limits.lines:
            until = min(until, min(place.opening.values()) + self.limits.hope)
        left = until - time.monotonic()
        if left <= 0:
            raise ChannelError(
                _("The mail server %s is busy with other letters; this one will be tried again soon.")
                % route.place
            )
        self.freed.wait(left)

    def _opened(self, route: Route) -> Line:
        line = None
        try:
            line = opened(route)
            logged_in(line, route)
        except ServerTrouble as trouble:
            self._settled(route, failure=_failure(trouble, None if line is None else route.secret))
            raise
        except BaseException:
            if line is not None:
                line.close()
            self._settled(route)
            raise
        self._settled(route, line=line)
        return line

    def _settled(self, route: Route, *, line: Line | None = None, failure: Failure | None = None):
        """The opening of this thread has ended. A probe goes on until its letter has been answered."""
        with self.lock:
            place = self._place(route)
            del place.opening[threading.get_ident()]
            if line:
                place.lent.append(line)
            else:
                place.is_probing = False
                place.failure = failure or place.failure
            self.freed.notify_all()

    def _has_janitor(self) -> bool:
        if self.janitor is None:
            janitor = threading.Thread(target=self._tidy, name="smtp-janitor", daemon=True)
            try:
                janitor.start()
            except RuntimeError:  # no threads left, or the process is ending
                return False
            self.janitor = janitor
        return True

    def _tidy(self):
        """Take leave of lines that were idle too long; end when none is left."""
        while True:
            with self.lock:
                late, next_one = self._late()
                if not late and next_one is None:
                    self.janitor = None
                    return
                if not late:
                    self.tidying.wait(next_one)
            for line in late:
                line.leave()

    def _late(self) -> tuple[list[Line], float | None]:
        """(lines that nobody may use any more, seconds until the next one becomes late)."""
        late, waits = [], []
        for place in self.places.values():
            for line in list(place.idle):
                left = line.idle_since + self.limits.idle - time.monotonic()
                if left <= 0:
                    place.idle.remove(line)
                    late.append(line)
                else:
                    waits.append(left)
        return late, min(waits, default=None)


POOL = Pool()
atexit.register(POOL.close_idle)
os.register_at_fork(after_in_child=POOL.forget)
