"""A mailbox on a server that does what the test says: the border that looking.py works against."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from okienko.inboxes.source import Fetched, FolderName, FolderState, Purpose, SourceError, Trouble


@dataclass
class Folder:
    validity: str = "1"
    purpose: Purpose = Purpose.OTHER
    letters: dict[int, bytes] = field(default_factory=dict)
    days: dict[int, date] = field(default_factory=dict)
    next_number: int = 1

    def add(self, *payloads: bytes, day: date | None = None) -> list[int]:
        numbers = []
        for payload in payloads:
            self.letters[self.next_number] = payload
            self.days[self.next_number] = day or timezone.localdate()
            numbers.append(self.next_number)
            self.next_number += 1
        return numbers


@dataclass
class Server:
    """`refuses`: numbers it says no to; `breaks`: numbers at which the line breaks. `asked`: batches fetched."""

    folders: dict[str, Folder] = field(default_factory=lambda: {"INBOX": Folder(purpose=Purpose.INBOX)})
    refuses: set[int] = field(default_factory=set)
    breaks: set[int] = field(default_factory=set)
    asked: list[list[int]] = field(default_factory=list)

    @property
    def inbox(self) -> Folder:
        return self.folders["INBOX"]

    def open(self) -> "Line":
        return Line(self)


class Line:
    """One connection; implements okienko.inboxes.source.Source but for waiting and appending."""

    def __init__(self, server: Server):
        self.server = server
        self.folder = server.folders.get("INBOX", Folder())

    def folders(self) -> list[FolderName]:
        return [FolderName(name, folder.purpose) for name, folder in self.server.folders.items()]

    def select(self, folder: str) -> FolderState:
        if folder not in self.server.folders:
            raise SourceError(Trouble.FOLDER, "no such folder")
        self.folder = self.server.folders[folder]
        return FolderState(folder, self.folder.validity, self.folder.next_number, len(self.folder.letters))

    def numbers(self, *, above=0, upto=0, since=None, before=None) -> list[int]:
        return [
            number
            for number in sorted(self.folder.letters)
            if number > above
            and (not upto or number <= upto)
            and (since is None or self.folder.days[number] >= since)
            and (before is None or self.folder.days[number] < before)
        ]

    def sizes(self, numbers: Sequence[int]) -> dict[int, int]:
        return {n: len(self.folder.letters[n]) for n in numbers if n in self.folder.letters}

    def letters(self, numbers: Sequence[int], *, max_bytes: int) -> list[Fetched]:
        self.server.asked.append(list(numbers))
        if self.server.breaks & set(numbers):
            raise SourceError(Trouble.UNREACHABLE, "the line broke")
        if self.server.refuses & set(numbers):
            raise SourceError(Trouble.REFUSED, "no")
        held = {n: self.folder.letters[n] for n in numbers if n in self.folder.letters}
        return [Fetched(n, payload[:max_bytes], len(payload)) for n, payload in held.items()]

    def close(self):
        pass
