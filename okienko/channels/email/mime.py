"""A mail cut into its parts. Works on bytes with `find`, in time linear in the size; nothing here raises."""

import binascii
import re
from dataclasses import dataclass, field

from okienko.channels.email.charsets import decode
from okienko.channels.email.headers import Headers, parameters, value

MAX_DEPTH = 30
MAX_PARTS = 1000
MAX_BROKEN_LINES = 100
MAX_RUNS = 1000  # of base64, each with its own padding

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:([^\n]*\n?(?:[ \t][^\n]*\n?)*)")
_MBOX = re.compile(rb"\s*(?:>?From [^\n]*\n)?")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_LEADING = re.compile(rb"--(\S[^\r\n]{0,69})")
_PADDED = re.compile(rb"[A-Za-z0-9+/\s]+=*[=\s]*")
_WELL_KNOWN = {
    "from", "to", "cc", "subject", "date", "message-id", "received", "reply-to", "mime-version",
    "content-type", "content-transfer-encoding", "content-disposition", "return-path", "references",
}  # fmt: skip
_OF_A_PART = ("content-", "x-", "mime-")


@dataclass(slots=True)
class Part:
    """One node of a mail. `body`: its bytes as they came, still transfer-encoded."""

    headers: Headers
    body: bytes
    content_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    filename: str = ""
    content_id: str = ""

    @property
    def is_multipart(self) -> bool:
        return self.content_type.startswith("multipart/")


@dataclass(slots=True)
class Pieces:
    """What a multipart holds: the parts' bytes, and what stands before the first and after the last."""

    parts: list[bytes]
    before: bytes = b""
    after: bytes = b""


def read_mail(payload: bytes) -> Part:
    """The outermost part of a mail; an mbox line, blank lines and a byte order mark before it are skipped."""
    if b"\n" not in payload:
        payload = payload.replace(b"\r", b"\n")
    start = _MBOX.match(payload.removeprefix(b"\xef\xbb\xbf"))
    data = payload.removeprefix(b"\xef\xbb\xbf")[start.end() if start else 0 :]
    mail = _part(data, "text/plain")
    if _WELL_KNOWN.isdisjoint(mail.headers):
        return Part(headers={}, body=data)  # no mail at all, but words
    _mend_raw_letters(mail)
    return mail


def read_part(data: bytes, *, default_type: str = "text/plain") -> Part:
    """One part of a multipart. Lines that only look like headers stay in its body."""
    part = _part(data, default_type)
    if part.headers and not any(name.startswith(_OF_A_PART) for name in part.headers):
        return Part(headers={}, body=data, content_type=default_type)
    return part


def split_head(data: bytes) -> tuple[Headers, int]:
    """Headers by lower-case name, and where the body begins."""
    headers: Headers = {}
    last: list[bytes] | None = None
    position = 0
    while match := _FIELD.match(data, position):
        last = headers.setdefault(match[1].lower().decode("ascii"), [])
        last.append(match[2])
        position = match.end()
        while last and (end := _broken_fold(data, position)):
            last[-1] += b" " + data[position:end]
            position = end
    if data.startswith(b"\r\n", position):
        position += 2
    elif data.startswith(b"\n", position):
        position += 1
    return headers, position


def split_body(part: Part) -> Pieces | None:
    """The pieces of a multipart; None when no boundary can be found in it."""
    body = part.body
    boundary = part.parameters.get("boundary", "").rstrip()
    pieces = _split(body, b"--" + boundary.encode("utf-8", "replace")) if boundary else None
    if pieces:
        return pieces
    guessed = _guessed_boundary(body)
    return _split(body, guessed) if guessed else None


def transfer_decoded(part: Part) -> bytes:
    """The part's own bytes. What cannot be decoded is given as it came."""
    encoding = value(part.headers, "content-transfer-encoding").lower()
    if "base64" in encoding:
        return _base64(part.body)
    if "quoted" in encoding:
        return binascii.a2b_qp(part.body)
    if "uu" in encoding:
        return _uu(part.body)
    return part.body


def _part(data: bytes, default_type: str) -> Part:
    headers, start = split_head(data)
    content_type, found = parameters(value(headers, "content-type"))
    disposition, more = parameters(value(headers, "content-disposition"))
    return Part(
        headers=headers,
        body=data[start:],
        content_type=content_type if "/" in content_type else _plain(content_type, default_type),
        parameters=found,
        disposition=disposition,
        filename=more.get("filename") or found.get("name", "") or found.get("filename", ""),
        content_id=value(headers, "content-id").strip("<> \t"),
    )


def _mend_raw_letters(mail: Part):
    """Raw eight-bit letters in headers are in the charset that the mail names elsewhere, if in any."""
    label = mail.parameters.get("charset", "")
    for raws in mail.headers.values():
        for index, raw in enumerate(raws):
            if not raw.isascii():
                label = label or _first_charset(mail.body)
                raws[index] = decode(raw, label).encode("utf-8", "replace")


def _first_charset(body: bytes) -> str:
    found = _CHARSET.search(body[:20_000])
    return found[1].decode("ascii") if found else "utf-8"


def _plain(content_type: str, default_type: str) -> str:
    """`Content-Type: text` and other stumps."""
    return {"text": "text/plain", "multipart": "multipart/mixed"}.get(content_type, default_type)


def _broken_fold(data: bytes, position: int) -> int:
    """The end of lines that are no headers but stand before one: a fold that lost its blanks. 0: no such lines."""
    end = position
    for _ in range(MAX_BROKEN_LINES):
        if end >= len(data) or data[end] in b"\r\n":
            return 0
        if match := _FIELD.match(data, end):
            name = match[1].lower().decode("ascii")
            return end if end > position and (name in _WELL_KNOWN or name.startswith("x-")) else 0
        newline = data.find(b"\n", end)
        end = newline + 1 if newline != -1 else len(data)
    return 0


def _split(body: bytes, delimiter: bytes) -> Pieces | None:
    """None when the delimiter stands on no line of its own."""
    marks = _marks(body, delimiter)
    if not marks:
        return None
    pieces = Pieces(parts=[], before=body[: marks[0][0]])
    ends = [before for before, _, _ in marks[1:]]
    for (_, start, is_closing), end in zip(marks, [*ends, len(body)], strict=True):
        content = body[start:end]
        if not is_closing:
            pieces.parts.append(content)
        elif end == len(body):
            pieces.after = content
        elif content.strip():
            pieces.parts.append(b"\n" + content)  # words between a false end and the next part
    return pieces


def _marks(body: bytes, delimiter: bytes) -> list[tuple[int, int, bool]]:
    """The delimiter lines of a multipart, as `_mark` gives them, at most MAX_PARTS."""
    marks = []
    position = body.find(delimiter)
    while position != -1 and len(marks) <= MAX_PARTS:
        if mark := _mark(body, position, len(delimiter)):
            marks.append(mark)
        position = body.find(delimiter, position + len(delimiter))
    return marks


def _mark(body: bytes, position: int, length: int) -> tuple[int, int, bool] | None:
    """(where the content before ends, where the content after begins, closing?) of a delimiter line."""
    if position and body[position - 1 : position] != b"\n":
        return None
    end = body.find(b"\n", position)
    end = len(body) if end == -1 else end + 1
    rest = body[position + length : min(end, position + length + 200)].strip()
    if rest not in {b"", b"--"}:
        return None
    before = position - 1 if position else 0
    if before and body[before - 1 : before] == b"\r":
        before -= 1
    return before, end, rest == b"--"


def _guessed_boundary(body: bytes) -> bytes:
    """The first line that looks like a delimiter and has a header behind it."""
    for line in body[:20_000].splitlines(keepends=True):
        if _LEADING.match(line):
            delimiter = line.rstrip()
            after = body[body.find(line) + len(line) :]
            if after[:8].lower() == b"content-":
                return delimiter
    return b""


def _base64(body: bytes) -> bytes:
    """Rubbish between the letters is skipped; text behind the padding (a list's footer) is kept."""
    body = body.strip()
    first = body.find(b"=")
    if first == -1 or first >= len(body) - 2:
        return _base64_run(body)
    out, position = [], 0
    while len(out) < MAX_RUNS and (match := _PADDED.match(body, position)):
        out.append(_base64_run(match[0]))
        position = match.end()
        if b"=" not in match[0]:
            break
    tail = body[position:]
    is_words = b" " in tail.strip()
    return b"".join(out) + (b"\n" + tail if is_words else _base64_run(tail))


def _base64_run(letters: bytes) -> bytes:
    try:
        return binascii.a2b_base64(letters)
    except binascii.Error:
        kept = re.sub(rb"[^A-Za-z0-9+/]", b"", letters)
        kept = kept[:-1] if len(kept) % 4 == 1 else kept
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def _uu(body: bytes) -> bytes:
    out = []
    for line in body.splitlines():
        if line.startswith(b"begin ") or line in {b"end", b"`", b""}:
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            return body
    return b"".join(out)
