"""What a mailbox that we fetch from is, whatever it speaks: the second half of the channel interface.

A channel that can be fetched from is `Pollable`; one that can be tried out step by step is `Checkable`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Purpose(StrEnum):
    """What a folder is for, as the server says or its name shows."""

    INBOX = "inbox"
    JUNK = "junk"
    SENT = "sent"
    ARCHIVE = "archive"
    TRASH = "trash"
    DRAFTS = "drafts"
    OTHER = ""


@dataclass(frozen=True)
class FolderName:
    name: str  # as people read it: "Wysłane", not modified UTF-7
    purpose: Purpose = Purpose.OTHER


@dataclass(frozen=True)
class FolderState:
    """A selected folder. As long as `validity` stays the same, a number names the same letter for ever."""

    name: str
    validity: str
    next_number: int  # letters to come get this number or a higher one
    count: int  # letters in it now


@dataclass(frozen=True)
class Fetched:
    number: int
    payload: bytes
    size: int  # on the server; more than len(payload) when only the beginning was fetched
    is_settled: bool = False  # somebody has read or answered it there


class Trouble(StrEnum):
    """Why a mailbox could not be used; each has its own remedy on the page."""

    NAME = "name"  # the server's name leads nowhere
    UNREACHABLE = "unreachable"  # nobody answers, or the line broke
    SILENT = "silent"  # it greets, or takes the line, and says no more
    CERTIFICATE = "certificate"  # encryption failed: wrong name, unknown signer, too old
    LOGIN = "login"  # user name, password or token refused
    CONSENT = "consent"  # the provider's permission is missing, ended or withdrawn
    FOLDER = "folder"  # a folder is not there
    REFUSED = "refused"  # the server said no to something else
    BUSY = "busy"  # too many connections, over quota, try later


class SourceError(Exception):
    """The mailbox cannot be used now. `reason`: in the words of the person who looks after it."""

    def __init__(self, trouble: Trouble, reason: str):
        super().__init__(reason)
        self.trouble = trouble
        self.reason = reason


class Source(Protocol):
    """An open mailbox. Nothing done here changes a flag, a folder or a letter, except `append`.

    Every method may raise SourceError; after one with any trouble but FOLDER, close it and open another.
    Not for two threads at once.
    """

    def folders(self) -> list[FolderName]:
        """Every folder that can hold letters."""

    def select(self, folder: str) -> FolderState:
        """Look into a folder, for reading. SourceError FOLDER when it is not there."""

    def numbers(
        self, *, above: int = 0, upto: int = 0, since: date | None = None, before: date | None = None
    ) -> list[int]:
        """Ascending numbers of letters in the selected folder: above < number ≤ upto (0: no end).

        `since` (inclusive) and `before` (exclusive): when the server took the letter in, its days.
        """

    def sizes(self, numbers: Sequence[int]) -> dict[int, int]:
        """Bytes of each letter of the selected folder. A letter that is gone is left out."""

    def letters(self, numbers: Sequence[int], *, max_bytes: int) -> list[Fetched]:
        """The letters in one answer; of longer ones the first `max_bytes`. Those that are gone are left out."""

    def wait(self, seconds: float, stopped: Callable[[], bool]) -> bool:
        """True as soon as the selected folder has letters that `numbers` has not seen, else False after `seconds`.

        False, too, when `stopped()` is true.

        Where the server cannot tell of changes it asks now and then. Looks at `stopped` every second.
        """

    def append(self, folder: str, payload: bytes, *, external_id: str) -> bool:
        """Lay our own letter into a folder, marked as read; False when one with this Message-ID is there.

        The folder that was selected stays so.
        """

    def close(self):
        """Never raises."""


@runtime_checkable
class Pollable(Protocol):
    kind: str

    def open(self, config: dict) -> Source:
        """Connect and sign in. SourceError when that fails."""


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"  # works, but should be mended
    FAILED = "failed"
    SKIPPED = "skipped"  # an earlier step failed


@dataclass(frozen=True)
class Step:
    """One thing tried while connecting a mailbox. `name`: a fixed word; `words`: what happened and what to do."""

    name: str
    verdict: Verdict
    words: str
    facts: tuple[tuple[str, str], ...] = ()  # what was found out, e.g. ("plus", "yes"), ("size", "26214400")


@runtime_checkable
class Checkable(Protocol):
    kind: str

    def examine(self, config: dict, *, address: str, token: str) -> Iterator[Step]:
        """Try everything out, one step after the other, as it happens. Sends one letter to `address` itself.

        That letter carries `X-Okienko-Check: <token>` and is removed again where it arrives.
        """


@dataclass(frozen=True)
class Guess:
    """How to reach an address's servers, as far as it can be told from its domain."""

    provider: str = ""  # "gmail", "microsoft", "wp" …; "" unknown
    label: str = ""
    config: tuple[tuple[str, object], ...] = ()
    advice: str = ""  # what its users must do first: an app password, switching IMAP on
    oauth: str = ""  # "google" or "microsoft" where signing in with the provider is possible


@runtime_checkable
class Detecting(Protocol):
    kind: str

    def guess(self, address: str) -> Guess:
        """Asks DNS at most; never raises."""
