"""A mailbox's folders: their names as people read them, and what each is for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from imapclient.imap_utf7 import decode, encode

from okienko.channels.email.imap_answers import Part, answers, taken_apart
from okienko.inboxes.source import FolderName, Purpose
from okienko.lib.text import fold, printable

# RFC 6154. Gmail's \All holds everything, so that it is an archive to us.
_FLAGS = {
    b"\\junk": Purpose.JUNK,
    b"\\sent": Purpose.SENT,
    b"\\archive": Purpose.ARCHIVE,
    b"\\all": Purpose.ARCHIVE,
    b"\\trash": Purpose.TRASH,
    b"\\drafts": Purpose.DRAFTS,
}
_NO_LETTERS = frozenset({b"\\noselect", b"\\nonexistent"})

# Where the server does not say: the usual names in Polish, English, German, Czech and Slovak, folded.
_NAMES = {
    Purpose.JUNK: (
        "spam", "junk", "junk mail", "junk email", "junk e-mail", "bulk", "bulk mail", "wiadomosci-smieci",
        "wiadomosci smieci", "smieci", "niechciane", "niechciana poczta", "wiadomosci niechciane",
        "wiadomosci-spam", "poczta smieci", "poczta-smieci", "spamverdacht", "junk-e-mail", "unerwunscht",
        "unerwuenscht", "werbung", "nevyzadana posta", "hromadna posta", "nevyzadana e-mailova posta",
    ),
    Purpose.SENT: (
        "sent", "sent items", "sent messages", "sent mail", "sent-mail", "sent objects", "wyslane",
        "elementy wyslane", "wiadomosci wyslane", "poczta wyslana", "gesendet", "gesendete",
        "gesendete objekte", "gesendete elemente", "gesendete nachrichten", "odeslane", "odeslana posta",
        "odeslane zpravy", "odeslane polozky", "odoslane", "odoslana posta",
    ),
    Purpose.ARCHIVE: (
        "archive", "archives", "archiwum", "archiv", "all mail", "wszystkie", "alle nachrichten",
        "vsechny zpravy",
    ),
    Purpose.TRASH: (
        "trash", "deleted", "deleted items", "deleted messages", "bin", "kosz", "elementy usuniete", "usuniete",
        "wiadomosci usuniete", "papierkorb", "geloscht", "geloschte objekte", "geloschte elemente", "kos",
        "odstranena posta", "odstranene", "smazane", "vymazane",
    ),
    Purpose.DRAFTS: (
        "drafts", "draft", "robocze", "wersje robocze", "szkice", "kopie robocze", "entwurfe", "entwurf",
        "koncepty", "rozepsane",
    ),
}  # fmt: skip
_PURPOSES = {name: purpose for purpose, names in _NAMES.items() for name in names}
# A customer's "Klienci/Wysłane" is none of the mailbox's own folders.
_SPECIAL = re.compile(rb'(["\\])')
_ROOTS = frozenset({"", "inbox", "[gmail]", "[google mail]"})


@dataclass(frozen=True)
class Listed:
    """`raw`: the name as the server writes it."""

    raw: bytes
    folder: FolderName


def listed(lines: Iterable[Part]) -> list[Listed]:
    """What LIST lines name, without places that hold no letters. A purpose told by the server outdoes names."""
    found: list[tuple[bytes, str, Purpose, bytes | None]] = []
    for answer in answers(lines):
        pieces = taken_apart(answer)
        if len(pieces) < 3 or not isinstance(pieces[0], list) or not isinstance(pieces[2], bytes):  # noqa: PLR2004
            continue  # flags, delimiter, name
        flags = {flag.lower() for flag in pieces[0] if isinstance(flag, bytes)}
        if flags.isdisjoint(_NO_LETTERS):
            name = readable(pieces[2])
            purpose = Purpose.INBOX if name == "INBOX" else _told(flags)
            found.append((pieces[2], name, purpose, pieces[1]))
    told = {purpose for _raw, _name, purpose, _delimiter in found}
    return [
        Listed(raw, FolderName(name, purpose or _guessed(name, delimiter, told)))
        for raw, name, purpose, delimiter in found
    ]


def readable(raw: bytes) -> str:
    """Modified UTF-7 as text; what is not, as it stands."""
    try:
        name = raw.decode() if any(letter > 127 for letter in raw) else decode(raw)  # noqa: PLR2004 ASCII
    except ValueError:
        name = raw.decode("latin-1")
    name = printable(name)
    return "INBOX" if name.upper() == "INBOX" else name


def quoted(raw: bytes) -> bytes:
    """A name in a command."""
    return b'"' + _SPECIAL.sub(rb"\\\1", raw) + b'"'


def written(name: str) -> bytes:
    """A name as servers write it, for one that this server has not listed."""
    return encode(name)


def _told(flags: set[bytes]) -> Purpose:
    return next((purpose for flag, purpose in _FLAGS.items() if flag in flags), Purpose.OTHER)


def _guessed(name: str, delimiter: bytes | None, told: set[Purpose]) -> Purpose:
    root, _sep, last = name.rpartition(delimiter.decode("latin-1")) if delimiter else ("", "", name)
    purpose = _PURPOSES.get(fold(last).strip(), Purpose.OTHER) if fold(root) in _ROOTS else Purpose.OTHER
    return Purpose.OTHER if purpose in told else purpose
