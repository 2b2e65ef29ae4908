"""The two neighbours of Okienko: the mail server that brings letters, and the one that takes answers."""

import smtplib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller

from tests.faults.stage import SHOP

PATIENCE = 60  # seconds


class Postman(threading.Thread):
    """Brings letters by LMTP as a mail server does: what is not answered 250 is brought again, until it is."""

    def __init__(self, port: int, letters: Iterable[bytes], *, recipient: str = SHOP):
        super().__init__(daemon=True)
        self.port = port
        self.recipient = recipient
        self.waiting = list(letters)
        self.answers: Counter = Counter()  # each code, and "" for every line that broke
        self.stopping = threading.Event()

    def run(self):
        while self.waiting and not self.stopping.is_set():
            try:
                with smtplib.LMTP("127.0.0.1", self.port, timeout=10) as line:
                    line.ehlo()
                    while self.waiting and not self.stopping.is_set():
                        self.bring(line)
            except (OSError, smtplib.SMTPServerDisconnected):
                self.answers[""] += 1
                self.stopping.wait(0.05)

    def bring(self, line: smtplib.LMTP):
        letter = self.waiting[0]
        line.mail("zofia@klient.example")
        line.rcpt(self.recipient)
        code, _ = line.data(letter)
        self.answers[code] += 1
        if code == 250:
            self.waiting.pop(0)
        else:
            self.stopping.wait(0.2)

    def finish(self):
        """Wait until every letter was taken. AssertionError with those left when that takes too long."""
        self.join(PATIENCE)
        self.stopping.set()
        assert (len(self.waiting), self.is_alive()) == (0, False), self.answers


class Sink:
    """The mail server Okienko sends by: takes everything and remembers each letter it has accepted."""

    def __init__(self):
        self.accepted: list[tuple[str, str]] = []  # (Message-ID, recipient)
        self.payloads: list[bytes] = []
        self.before_answering: Callable[[], object] = lambda: None

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        name = message_from_bytes(envelope.content)["Message-ID"].strip("<> ")
        self.payloads.append(envelope.content)
        self.accepted += [(name, recipient) for recipient in envelope.rcpt_tos]
        self.before_answering()
        return "250 taken"


@contextmanager
def sinking(port: int):
    """A listening sink."""
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def until(condition, *, seconds: float = PATIENCE, what: str = ""):
    """The first true answer of `condition`. AssertionError when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, what or f"still waiting for {condition}"
        time.sleep(0.03)
    return answer
