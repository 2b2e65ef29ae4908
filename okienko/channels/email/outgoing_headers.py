"""Header lines of a mail we write: folded, encoded, and closed to whatever a subject or a name brings along."""

import base64
import re
from collections.abc import Sequence

from okienko.inboxes.channel import Party
from okienko.lib.text import one_line

MAX_LINE = 76
MAX_ID = 900
MAX_WORD = 800  # RFC 5322: no line above 998
MAX_REFERENCES = 20
MAX_REFERENCES_LENGTH = 3800  # some relays refuse 4,096

_PLAIN = re.compile(r"[\x20-\x7e]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_BAD_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f<>(),;:\"\\\[\]]")
_BAD_IN_ID = re.compile(r"[^\x21-\x7e]|[<>]")
_WORD_BYTES = 42  # of UTF-8 in one encoded word of at most 75 characters


def text_header(name: str, text: str) -> str:
    """`Subject: …` on as many lines as it needs."""
    text = one_line(text)
    if _is_plain(text):
        return _folded(name, text.split(" "))
    return _folded(name, encoded_words(text))


def address_header(name: str, parties: Sequence[Party]) -> str:
    """`To: …`. ValueError for an address that no header can bear."""
    written = [mailbox(party) for party in parties]
    words = [f"{mailbox}," for mailbox in written[:-1]] + written[-1:]
    return _folded(name, " ".join(words).split(" "))


def ids_header(name: str, ids: Sequence[str]) -> str:
    return _folded(name, [f"<{one}>" for one in ids])


def mailbox(party: Party) -> str:
    """`"Zofia K." <zofia@sklep.example>` in ASCII, but for a local part that is not."""
    place = address(party.written or party.value)
    name = one_line(party.name)
    if not name:
        return place
    if not _is_plain(name):
        return " ".join([*encoded_words(name), f"<{place}>"])
    if not _ATOMS.fullmatch(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{place}>"


def address(written: str) -> str:
    """An address with its domain in ASCII. ValueError when it is none."""
    local, at, domain = written.strip().rpartition("@")
    if not (local and at and domain) or _BAD_IN_ADDRESS.search(written.strip()):
        raise ValueError("not an e-mail address that can be written to")
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError:
        raise ValueError("the domain of an e-mail address cannot be written in ASCII") from None


def message_id(text: str) -> str:
    """An id that is safe between angle brackets; "" stays "", and one longer than any line becomes ""."""
    return _BAD_IN_ID.sub("", text) if len(text) <= MAX_ID else ""


def reference_ids(references: Sequence[str], in_reply_to: str) -> list[str]:
    """The thread's first id and its last ones, ending in the message answered, short enough for any relay."""
    ids = list(dict.fromkeys(filter(None, map(message_id, (*references, in_reply_to)))))
    parent = message_id(in_reply_to)
    if parent:
        ids = [*(one for one in ids if one != parent), parent]
    first, rest = ids[:1], ids[1:][-MAX_REFERENCES:]
    while len(rest) > 1 and sum(len(one) + 4 for one in first + rest) > MAX_REFERENCES_LENGTH:
        rest = rest[1:]
    return first + rest


def encoded_words(text: str) -> list[str]:
    """RFC 2047 words of at most 75 characters, no letter cut in two."""
    words, chunk = [], b""
    for letter in text:
        raw = letter.encode("utf-8", "replace")
        if len(chunk) + len(raw) > _WORD_BYTES:
            words.append(chunk)
            chunk = b""
        chunk += raw
    return [f"=?utf-8?b?{base64.b64encode(chunk).decode()}?=" for chunk in (*words, chunk)]


def file_parameters(name: str) -> str:
    """`; filename="…"` or its RFC 2231 form, for Content-Disposition."""
    name = one_line(name).replace("/", "_").replace("\\", "_") or "file"
    if name.isascii() and len(name) < MAX_LINE:
        return ';\r\n filename="' + name.replace('"', "'") + '"'
    raw = "".join(_percent(byte) for byte in name.encode("utf-8", "replace"))
    pieces = re.findall(r"(?:%..|[^%]){1,20}", "utf-8''" + raw)
    if len(pieces) == 1:
        return f";\r\n filename*={pieces[0]}"
    return "".join(f";\r\n filename*{index}*={piece}" for index, piece in enumerate(pieces))


def _percent(byte: int) -> str:
    letter = chr(byte)
    return letter if letter.isascii() and (letter.isalnum() or letter in "._-") else f"%{byte:02X}"


def _is_plain(text: str) -> bool:
    """Can it stand in a header as it is? Not if a word is longer than a line may be."""
    if "=?" in text or not _PLAIN.fullmatch(text):
        return False
    return max(map(len, text.split(" "))) < MAX_WORD


def _folded(name: str, words: list[str]) -> str:
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > MAX_LINE and lines[-1].strip() and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)
