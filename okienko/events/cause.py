"""Which event we are answering right now. Lets every event name the one that led to it."""

from contextlib import contextmanager
from contextvars import ContextVar

from okienko.events.models import Event

MAX_DEPTH = 5
_current: ContextVar[Event | None] = ContextVar("cause", default=None)


class RunawayReaction(Exception):
    """Reactions keep causing each other. Parked at once: trying again cannot help."""


@contextmanager
def caused_by(event: Event | None):
    token = _current.set(event)
    try:
        yield
    finally:
        _current.reset(token)


def cause() -> Event | None:
    """The event we are answering, None outside reactions and the jobs they queue."""
    return _current.get()


def cause_and_depth() -> dict:
    """The fields `cause` and `depth` of an event recorded now. RunawayReaction beyond MAX_DEPTH."""
    event = cause()
    depth = event.depth + 1 if event else 0
    if depth > MAX_DEPTH:
        raise RunawayReaction(f"{depth} steps away from the event that started it")
    return {"cause": event, "depth": depth}
