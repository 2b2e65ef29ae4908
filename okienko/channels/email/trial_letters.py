"""The letters a mailbox writes to itself while it is tried out: made, found where they arrive, removed again."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser

from django.utils import timezone
from django.utils.translation import gettext as _

from okienko.channels.email.compose import compose
from okienko.channels.email.imap_account import account_of
from okienko.channels.email.imap_answers import in_sets
from okienko.channels.email.imap_folders import quoted, written
from okienko.channels.email.imap_login import BROKEN, signed_in
from okienko.channels.email.imap_wire import Client
from okienko.inboxes.channel import Outbound, Party, Role
from okienko.inboxes.source import FolderName, Purpose, Source, SourceError

CHECK_HEADER = "X-Okienko-Check"
KIND_HEADER = "X-Okienko-Check-Kind"  # which of the letters of one trial
HEADERS = 65536  # bytes of a letter in which its headers are looked for
MANY = 200  # new letters looked at, at most: ours is among the newest


def trial_letter(*, address: str, to: str, token: str, kind: str) -> bytes:
    """In the current language. ValueError for an address that no letter can bear."""
    sender = Party(kind="email", value=address.lower(), written=address)
    message = Outbound(
        external_id=f"{uuid.uuid4().hex}.okienko@{_domain(address)}",
        audience="staff",
        sender=sender,
        recipients=(Party(kind="email", value=to.lower(), written=to, role=Role.TO),),
        subject=_("Okienko: a trial letter"),
        text=_(
            "Okienko has sent this letter from the mailbox to itself, to see whether letters go out and arrive. It "
            "removes the letter again; if you still find it, you may delete it."
        ),
        date=timezone.now(),
        is_automatic=True,
    )
    return f"{CHECK_HEADER}: {token}\r\n{KIND_HEADER}: {kind}\r\n".encode() + compose(message)


@dataclass(frozen=True)
class Found:
    """`selectors`: under which DKIM keys of our domain it was signed."""

    folder: str
    purpose: Purpose
    number: int
    kind: str
    selectors: tuple[str, ...] = ()


@dataclass
class _Watched:
    folder: FolderName
    looked: int  # the highest number that is of no interest any more


class Trials:
    """The trial letters of one trial in an open mailbox. Raises SourceError where the mailbox does.

    Reads as the fetching does, without a trace. Only `remove` writes, by a connection of its own, and touches
    nothing but the letters found.
    """

    def __init__(self, source: Source, config: dict, *, address: str, token: str):
        self.source, self.config, self.token = source, config, token
        self.domain = _domain(address)
        self.watched: list[_Watched] = []
        self.found: list[Found] = []
        self._left: set[Found] = set()  # still lying there
        self._writer: Client | None = None

    def begin(self, folders: Sequence[FolderName]):
        """What lies there before a letter is sent counts for nothing."""
        for folder in folders:
            state = self.source.select(folder.name)
            self.watched.append(_Watched(folder, state.next_number - 1))

    def look(self):
        """Note every letter of this trial that has come since."""
        for watched in self.watched:
            self.source.select(watched.folder.name)
            new = self.source.numbers(above=watched.looked)[-MANY:]
            for letter in self.source.letters(new, max_bytes=HEADERS) if new else ():
                watched.looked = max(watched.looked, letter.number)
                headers = BytesHeaderParser().parsebytes(letter.payload)
                if str(headers.get(CHECK_HEADER, "")).strip() == self.token:
                    self._note(watched.folder, letter.number, headers)

    def arrived(self, kind: str) -> Found | None:
        """A letter that came in, which the copy of it among the sent ones has not."""
        came_in = (found for found in self.found if found.purpose != Purpose.SENT)
        return next((found for found in came_in if found.kind == kind), None)

    def remove(self) -> bool:
        """Remove for good what was found; False when the server cannot remove single letters, or fails at it."""
        with suppress(SourceError, *BROKEN):
            for folder in sorted({found.folder for found in self._left}):
                self._expunge(folder, [found.number for found in self._left if found.folder == folder])
                self._left = {found for found in self._left if found.folder != folder}
        return not self._left

    def close(self):
        """Never raises."""
        if self._writer:
            with suppress(*BROKEN):
                self._writer.logout()
            with suppress(*BROKEN):
                self._writer.wire.shutdown()

    def _note(self, folder: FolderName, number: int, headers: Message):
        kind = str(headers.get(KIND_HEADER, "")).strip()
        selectors = tuple(_selectors(headers, self.domain))
        found = Found(folder.name, folder.purpose, number, kind, selectors)
        self.found.append(found)
        self._left.add(found)

    def _expunge(self, folder: str, numbers: list[int]):
        """OSError when the server cannot or will not."""
        if not self._writer:
            self._writer = signed_in(account_of(self.config))
        commands = _removing(self._writer)
        wire = self._writer.wire
        typ, _data = wire.select(quoted(written(folder)), readonly=False)
        for which in in_sets(numbers):
            for before, after in commands:
                if typ == "OK":
                    typ, _words = wire.ask("UID", before, which, *after)
        if typ != "OK":
            raise OSError("refused")


def _removing(client: Client) -> list[tuple[str, tuple[str, ...]]]:
    """Commands, each with the words after the numbers, that remove these letters and no others."""
    if client.has_capability("X-GM-EXT-1"):  # to Gmail an expunged letter is an archived one
        return [("STORE", ("+X-GM-LABELS.SILENT", r"(\Trash)"))]
    if client.has_capability("UIDPLUS"):
        return [("STORE", ("+FLAGS.SILENT", r"(\Deleted)")), ("EXPUNGE", ())]
    raise OSError("only everything that anybody has marked as deleted could be removed")


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _selectors(headers: Message, domain: str) -> list[str]:
    """Of DKIM signatures for the domain or one above it."""
    found = []
    for signature in headers.get_all("DKIM-Signature", []):
        pairs = (part.partition("=") for part in str(signature).split(";"))
        tags = {name.strip(): "".join(value.split()) for name, _equals, value in pairs}
        signer = tags.get("d", "").lower()
        if signer and f".{domain}".endswith(f".{signer}") and tags.get("s"):
            found.append(tags["s"])
    return found
