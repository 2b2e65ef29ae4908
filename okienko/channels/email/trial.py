"""What is known in the middle of trying out a mailbox."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from okienko.channels.email.smtp_line import Line
from okienko.channels.email.trial_letters import Trials
from okienko.inboxes.source import Source, SourceError, Verdict

WHOLE = 180.0  # seconds for everything
ANSWER = 15.0  # seconds a server may be silent


@dataclass(frozen=True)
class Outcome:
    """A Step without its name."""

    verdict: Verdict
    words: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass
class Trial:
    """`ends`: time.monotonic() after which nothing is begun. `token`: marks the letters of this trial."""

    config: dict
    address: str
    token: str
    ends: float
    is_private: bool = False  # does the IMAP server stand in our own network?
    source: Source | None = None
    refusal: SourceError | None = None  # the line stands, but we were not let in
    line: Line | None = None
    letters: Trials | None = None

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()

    @property
    def left(self) -> float:
        """Seconds."""
        return self.ends - time.monotonic()

    def close(self):
        """Never raises. A letter that came too late to be waited for is removed too."""
        if self.letters and self.source:
            with suppress(SourceError):
                self.letters.look()
            self.letters.remove()
            self.letters.close()
        if self.source:
            self.source.close()
        if self.line:
            self.line.leave()


def begun(config: dict, *, address: str, token: str) -> Trial:
    try:
        timeout = min(float(config.get("timeout") or ANSWER), ANSWER)
    except (TypeError, ValueError):
        timeout = ANSWER
    return Trial({**config, "timeout": timeout}, address, token, time.monotonic() + WHOLE)


Look = Callable[[Trial], Outcome]
