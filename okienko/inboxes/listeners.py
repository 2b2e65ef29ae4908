"""The doors that channels keep open while the product serves, e.g. LMTP."""

from django.db import close_old_connections

from okienko.inboxes import registry
from okienko.inboxes.operations import take_in
from okienko.inboxes.routes import inbox_for


def deliver(recipient: str, payload: bytes):
    """Store one letter for one of our addresses. KeyError: not ours; any other error: keep it and try again."""
    take_in(inbox_for(recipient), payload, recipient=recipient)


def deliver_from_a_thread(recipient: str, payload: bytes):
    """`deliver` for the threads of a channel."""
    # They outlive a restart of the database, and no request tells them to connect again.
    close_old_connections()
    deliver(recipient, payload)


class Handle:
    def __init__(self, stops):
        self.stops = stops

    def stop(self):
        for stop in reversed(self.stops):
            stop()


def start() -> Handle:
    """Open every door that is configured."""
    stops = [listener.start(deliver_from_a_thread) for listener in registry.listeners()]
    return Handle([stop for stop in stops if stop])
