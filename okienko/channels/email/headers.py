"""Header values: encoded words (RFC 2047) and parameters (RFC 2231), as people's programs really write them."""

import binascii
import re
from itertools import islice
from urllib.parse import unquote_to_bytes

from okienko.channels.email.charsets import decode, loose
from okienko.lib.text import one_line

MAX_VALUE = 64_000
MAX_REPEATS = 50
MAX_PARAMETERS = 60

# Bounded everywhere: an unclosed word repeated a thousand times must not cost a thousand scans of the rest.
_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,60})?\?([bBqQ])\?(.{0,2000}?)(?:\?=|$)", re.DOTALL)
_PARAMETER = re.compile(r";\s*([^\s=;\"]{1,80})\s*=\s*(\"(?:[^\"\\]|\\.){0,4000}\"|[^;]{0,4000})", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NUMBERED = re.compile(r"^(.+?)\*(\d{1,3})(\*?)$")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")

Headers = dict[str, list[bytes]]


def value(headers: Headers, name: str) -> str:
    """The first header of that name, unfolded, encoded words left alone; "" where there is none."""
    found = headers.get(name)
    return loose(found[0][:MAX_VALUE]).replace("\r", "").replace("\n", "").strip() if found else ""


def values(headers: Headers, name: str) -> list[str]:
    """Every header of that name, as `value` gives the first; at most MAX_REPEATS and about MAX_VALUE bytes."""
    found, size = [], 0
    for raw in headers.get(name, ())[:MAX_REPEATS]:
        found.append(loose(raw[:MAX_VALUE]).replace("\r", "").replace("\n", "").strip())
        size += len(raw)
        if size > MAX_VALUE:
            break
    return found


def human(headers: Headers, name: str) -> str:
    """The first header of that name as a person reads it, on one line."""
    return one_line(decode_words(value(headers, name)))


def decode_words(text: str) -> str:
    """Text with its encoded words decoded.

    Neighbouring words of one charset are decoded together, since senders cut letters in half.
    """
    if "=?" not in text:
        return text
    out: list[str] = []
    run: list[tuple[str, str, str]] = []
    end = 0
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        if between.strip() or not run:
            out += [_run_text(run), between]
            run = []
        run.append((match[1].lower(), match[2].lower(), match[3]))
        end = match.end()
    out += [_run_text(run), text[end:]]
    return "".join(out)


def _run_text(run: list[tuple[str, str, str]]) -> str:
    """The text of encoded words that follow each other."""
    groups: list[tuple[str, bytes]] = []
    waiting = ""
    for index, (charset, encoding, payload) in enumerate(run):
        following = run[index + 1][:2] if index + 1 < len(run) else None
        if encoding == "b":
            waiting += payload
            # base64 cut in the middle of its four letters goes on in the next word
            if len(waiting.strip()) % 4 and not waiting.endswith("=") and following == (charset, encoding):
                continue
            data, waiting = _base64_word(waiting), ""
        else:
            data = binascii.a2b_qp(payload.encode("utf-8", "replace"), header=True)
        if groups and groups[-1][0] == charset:
            groups[-1] = (charset, groups[-1][1] + data)
        else:
            groups.append((charset, data))
    return "".join(decode(data, charset) for charset, data in groups)


def _base64_word(payload: str) -> bytes:
    letters = _NOT_BASE64.sub(b"", payload.encode("ascii", "ignore"))
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def parameters(text: str) -> tuple[str, dict[str, str]]:
    """`text/plain; name="x"` → ("text/plain", {"name": "x"}); RFC 2231 pieces joined, words decoded."""
    head, _, rest = text.partition(";")
    found: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in islice(_PARAMETER.finditer(";" + rest), MAX_PARAMETERS) if rest else ():
        name, raw = match[1].lower(), _unquoted(match[2])
        if numbered := _NUMBERED.match(name):
            pieces.setdefault(numbered[1], {}).setdefault(int(numbered[2]), (raw, bool(numbered[3])))
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], {}).setdefault(0, (raw, True))
        else:
            found.setdefault(name, decode_words(raw))
    for name, numbered_pieces in pieces.items():
        found[name] = decode_words(_joined([numbered_pieces[index] for index in sorted(numbered_pieces)]))
    return head.strip().lower(), found


def _unquoted(raw: str) -> str:
    raw = raw.strip()
    if len(raw) > 1 and raw[0] == raw[-1] == '"':
        return _ESCAPED.sub(r"\1", raw[1:-1])
    return raw.strip('"').strip()


def _joined(pieces: list[tuple[str, bool]]) -> str:
    """The pieces of a continued parameter, whose charset stands in front of the first."""
    charset, data = "", b""
    for index, (raw, is_encoded) in enumerate(pieces):
        if index == 0 and is_encoded and raw.count("'") > 1:
            charset, _language, raw = raw.split("'", 2)  # noqa: PLW2901
        data += unquote_to_bytes(raw) if is_encoded else raw.encode("utf-8", "replace")
    return decode(data, charset)
