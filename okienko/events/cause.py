"""Which event we are answering right now. Lets every event name the one that led to it."""

from contextlib import contextmanager
from contextvars import ContextVar

from okienko.events.models import Event

MAX_DEPTH = 5
_current: ContextVar[Event | None] = ContextVar("cause", default=None)


class RunawayReaction(Exception):
    """Reactions keep causing each other. Parked at once: trying again cannot help."""


@contextmanager
def caused_by(event: Event):
    token = _current.set(event)
    try:
        yield
    finally:
        _current.reset(token)


def cause_and_depth() -> dict:
    """The fields `cause` and `depth` of an event recorded now. RunawayReaction beyond MAX_DEPTH."""
    cause = _current.get()
    depth = cause.depth + 1 if cause else 0
    if depth > MAX_DEPTH:
        raise RunawayReaction(f"{depth} steps away from the event that started it")
    return {"cause": cause, "depth": depth}
