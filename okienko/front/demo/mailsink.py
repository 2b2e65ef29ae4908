"""A mail server that delivers nothing: whatever it is given lies in a folder, one .eml for each letter.

It refuses recipients whose address begins with "nieistnieje", so that a refusal can be seen as well.
"""

import itertools
import time
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller

REFUSED = "nieistnieje"
NO_SUCH_MAILBOX = "550 5.1.1 no such mailbox"
LARGEST = 60 * 1024 * 1024


class Sink:
    """Handler for aiosmtpd. `heard(recipients, letter)` is called for each letter kept."""

    def __init__(self, folder: Path, heard=None):
        self.folder, self.heard, self.numbers = folder, heard, itertools.count(1)
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if address.lower().startswith(REFUSED):
            return NO_SUCH_MAILBOX
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        name = f"{time.time_ns()}-{next(self.numbers)}.eml"
        (self.folder / name).write_bytes(envelope.original_content)
        if self.heard:
            self.heard(
                envelope.rcpt_tos, message_from_bytes(envelope.original_content, policy=policy.default)
            )
        return "250 2.0.0 kept"


def controller(folder: Path, port: int, heard=None) -> Controller:
    """A server on this machine, not started yet."""
    return Controller(
        Sink(folder, heard), hostname="127.0.0.1", port=port, data_size_limit=LARGEST, enable_SMTPUTF8=True
    )


@contextmanager
def listening(folder: Path, port: int):
    """Keep what is sent meanwhile. When somebody already listens on the port, they do."""
    sink = controller(folder, port)
    try:
        sink.start()
    except OSError:
        yield
        return
    try:
        yield
    finally:
        sink.stop()
