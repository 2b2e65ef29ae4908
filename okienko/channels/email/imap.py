"""A mailbox on an IMAP server, looked at without leaving a trace: EXAMINE and BODY.PEEK, no flag ever changes."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _
from imapclient.datetime_util import format_criteria_date

from okienko.channels.email.imap_account import Account, account_of
from okienko.channels.email.imap_answers import (
    body_in,
    in_sets,
    is_settled,
    letters_told,
    numbers_found,
    whole,
)
from okienko.channels.email.imap_errors import explained, hung_up, is_bad, no_folder, refused, said
from okienko.channels.email.imap_folders import listed, quoted, written
from okienko.channels.email.imap_login import BROKEN, signed_in
from okienko.channels.email.imap_wire import LARGEST_LITERAL, SLICE, Client
from okienko.inboxes.source import Fetched, FolderName, FolderState, SourceError, Trouble

GOODBYE = 2.0  # seconds
IDLE_AGAIN = 9 * 60.0  # seconds; servers may end an IDLE of half an hour, routers forget lines sooner
ASK_EVERY = 15.0  # seconds, where the server cannot IDLE
HIGHEST_NUMBER = 2**32 - 1
Items = dict[bytes, object]


def open_mailbox(config: dict) -> "Mailbox":
    """Connect and sign in. SourceError when that fails; RuntimeError inside a database transaction.

    `config`: imap_host, imap_port, imap_security ("tls" "starttls" "none"), imap_username or username,
    imap_password or password, auth ("password" "oauth"), access_token, timeout (seconds), ca_file.
    """
    account = account_of(config)
    return Mailbox(signed_in(account), account)


class Mailbox:
    """`Source` over IMAP."""

    def __init__(self, client: Client, account: Account):
        self._client, self._wire, self._account = client, client.wire, account
        self._state: FolderState | None = None
        self._raw: dict[str, bytes] = {}
        self._sizes: dict[int, int] = {}
        self._looked: dict[
            tuple[str, str], int
        ] = {}  # folder and validity: below this number somebody has looked
        self._idles = client.has_capability("IDLE")
        self._usable = True

    def folders(self) -> list[FolderName]:
        with self._told():
            words = ["RETURN", "(SPECIAL-USE)"] if self._can("LIST-EXTENDED", "SPECIAL-USE") else []
            self._asked("LIST", '""', '"*"', *words)
            found = listed(self._wire.told("LIST"))
            self._raw = {one.folder.name: one.raw for one in found}
            return [one.folder for one in found]

    def select(self, folder: str) -> FolderState:
        with self._told():
            self._state, self._sizes, self._wire.news = None, {}, False
            typ, words = self._examined(folder)
            if typ != "OK" and not self._raw and written(folder) != folder.encode():
                self.folders()  # a server that writes such names in its own way tells how
                typ, words = self._examined(folder)
            if typ != "OK":
                raise no_folder(said(words, self._account.secret), folder)
            self._state = state = self._seen(folder)
            # What came while we looked into other folders is news too: no server tells of it again.
            self._wire.news = state.next_number > self._looked.get(
                (folder, state.validity), state.next_number
            )
            return state

    def numbers(
        self, *, above: int = 0, upto: int = 0, since: date | None = None, before: date | None = None
    ) -> list[int]:
        last = min(upto or HIGHEST_NUMBER, HIGHEST_NUMBER)
        if above >= last:
            return []
        criteria = ["UID", f"{above + 1}:{last if upto else '*'}"] if above or upto else ["ALL"]
        for word, day in (("SINCE", since), ("BEFORE", before)):
            criteria += [word, format_criteria_date(day).decode()] if day else []
        to_the_end = not (upto or since or before)
        with self._told(selected=True):
            if to_the_end:
                self._wire.news = False  # what comes from now on may not be in the answer
            # 7:* is the last letter also when that is number 5.
            found = sorted({number for number in self._found(*criteria) if above < number <= last})
        if to_the_end:
            place = self._state.name, self._state.validity
            self._looked[place] = max([self._state.next_number, *(number + 1 for number in found[-1:])])
        return found

    def sizes(self, numbers: Sequence[int]) -> dict[int, int]:
        with self._told(selected=True):
            sizes: dict[int, int] = {}
            for items in self._fetched(numbers, "RFC822.SIZE"):
                for number, told in items.items():
                    if (size := whole(told.get(b"RFC822.SIZE"))) is not None:
                        sizes[number] = size
            self._sizes = sizes
            return dict(sizes)

    def letters(self, numbers: Sequence[int], *, max_bytes: int) -> list[Fetched]:
        known = self._sizes if all(number in self._sizes for number in numbers) else self.sizes(numbers)
        # One whose size the server did not tell is taken for a long one.
        long = [number for number in numbers if known.get(number, max_bytes + 1) > max_bytes]
        short = sorted(set(numbers).difference(long))
        found: dict[int, Fetched] = {}
        with self._told(selected=True):
            self._wire.largest = max_bytes + 1  # shows that there is more, whatever size the server told
            for some, item in (
                (short, "FLAGS BODY.PEEK[]"),
                (long, f"FLAGS BODY.PEEK[]<0.{max_bytes + 1}>"),
            ):
                for items in self._fetched(some, item):
                    found |= {
                        number: letter
                        for number, told in items.items()
                        if (letter := _letter(number, told, known.get(number), max_bytes))
                    }
            self._wire.largest = LARGEST_LITERAL
        return [found[number] for number in numbers if number in found]

    def wait(self, seconds: float, stopped: Callable[[], bool]) -> bool:
        until = time.monotonic() + seconds
        with self._told(selected=True):
            while not self._wire.news and not stopped() and (left := until - time.monotonic()) > 0:
                if self._idles:
                    self._idles = self._wire.idled(min(left, IDLE_AGAIN), stopped)
                else:
                    self._asked("NOOP")
                    self._sleep(min(left, ASK_EVERY), stopped)
            return self._wire.news

    def append(self, folder: str, payload: bytes, *, external_id: str) -> bool:
        """Afterwards the folder that was selected is so again."""
        if not external_id.isascii() or not external_id.isprintable():
            raise ValueError("no Message-ID of ours has such letters")
        before = self._state
        try:
            self.select(folder)
            with self._told():
                if self._found("HEADER", "Message-ID", quoted(b"<" + external_id.encode() + b">")):
                    return False
                self._laid(folder, payload)
                return True
        finally:
            if before and self._usable:
                self._back_to(before)

    def close(self):
        self._wire.longest = GOODBYE
        with contextlib.suppress(*BROKEN):
            if self._usable:
                self._usable = False
                self._client.logout()
        with contextlib.suppress(OSError):
            self._wire.shutdown()

    @contextmanager
    def _told(self, *, selected: bool = False) -> Iterator[None]:
        """Errors in words. A line that broke, or is out of step, is closed at once: nothing more comes of it."""
        if not self._usable:
            raise hung_up("")
        if selected and not self._state:
            raise RuntimeError("no folder is selected")
        try:
            yield
        except BROKEN as error:
            self._usable = is_bad(error)
            if not self._usable:
                self._wire.shutdown()
            raise explained(error, self._account) from None

    def _can(self, *names: str) -> bool:
        return all(self._client.has_capability(name) for name in names)

    def _asked(self, name: str, *words: str | bytes):
        typ, answer = self._wire.ask(name, *words)
        if typ != "OK":
            raise refused(said(answer, self._account.secret))

    def _examined(self, folder: str) -> tuple[str, bytes]:
        typ, data = self._wire.select(quoted(self._raw.get(folder) or written(folder)), readonly=True)
        return typ, data[-1] or b""

    def _seen(self, folder: str) -> FolderState:
        validity, following, count = (
            _number(self._wire, key) for key in ("UIDVALIDITY", "UIDNEXT", "EXISTS")
        )
        if not validity or self._wire.told("UIDNOTSTICKY"):
            raise SourceError(Trouble.REFUSED, _("The mail server gives letters no lasting numbers."))
        if not following:  # an old server: the number of the last letter will do
            following = max(self._found("UID", "*"), default=0) + 1 if count else 1
        self._wire.news, self._wire.count = False, count or 0
        return FolderState(folder, str(validity), following, count or 0)

    def _found(self, *criteria: str | bytes) -> list[int]:
        returning = ("RETURN", "(ALL)") if self._can("ESEARCH") else ()
        self._asked("UID", "SEARCH", *returning, *criteria)
        return numbers_found(self._wire.told("SEARCH"), self._wire.told("ESEARCH"))

    def _fetched(self, numbers: Sequence[int], item: str) -> Iterator[dict[int, Items]]:
        wanted = set(numbers)
        for some in in_sets(wanted):
            self._asked("UID", "FETCH", some, f"(UID {item})")
            told = letters_told(self._wire.told("FETCH"))
            yield {number: items for number, items in told.items() if number in wanted}

    def _sleep(self, seconds: float, stopped: Callable[[], bool]):
        until = time.monotonic() + seconds
        while not self._wire.news and not stopped() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, SLICE))

    def _laid(self, folder: str, payload: bytes):
        name = quoted(self._raw.get(folder) or written(folder))
        typ, data = self._wire.append(name, "(\\Seen)", datetime.now(UTC), payload)
        if typ != "OK":
            words = said(data[-1], self._account.secret)
            raise no_folder(words, folder) if "[TRYCREATE]" in words.upper() else refused(words)

    def _back_to(self, before: FolderState):
        if self.select(before.name).validity != before.validity:
            self._state = None
            raise no_folder("UIDVALIDITY", before.name)
        self._wire.news = True  # there may have been some in the meantime


def _number(wire, key: str) -> int | None:
    """The last value the server gave, e.g. `* OK [UIDNEXT 5] Predicted [next] UID`."""
    told = wire.told(key)
    return whole(told[-1].split(b"]")[0]) if told else None


def _letter(number: int, told: Items, size: int | None, max_bytes: int) -> Fetched | None:
    """None for a letter that is not in the answer, also where the server gave nothing for it."""
    body = body_in(told)
    if body is None or (not body and size):
        return None
    if len(body) > max_bytes:
        return Fetched(number, body[:max_bytes], max(size or 0, len(body)), is_settled(told))
    return Fetched(number, body, len(body), is_settled(told))
