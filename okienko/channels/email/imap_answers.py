"""What an IMAP server answers, taken apart: nested lists, sets of numbers, the items of FETCH. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

# imaplib's way of keeping one answer: the text before each literal with that literal, then the rest of the text.
Part = tuple[bytes, bytes] | bytes

LINE = 4000  # bytes of a set of numbers: servers must take lines of 8,000 (RFC 7162)
MOST_NUMBERS = (
    5_000_000  # more than any mailbox has: a server that says 1:4294967295 must not fill our memory
)

_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*)"|([()])|((?:[^\s()"\[]+|\[[^\]]{0,1000}\]|\[)+)')
_ESCAPED = re.compile(rb"\\(.)")
_SEARCH = re.compile(rb"([0-9 ]*)(?:\(MODSEQ [0-9]+\) *)?", re.IGNORECASE)
_ALL = re.compile(rb"\bALL ([0-9:,]+)(?: |$)", re.IGNORECASE)
_NONE = re.compile(rb"(?:\(TAG [^)]*\))? *(?:UID)? *", re.IGNORECASE)


def answers(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """imaplib lays all answers of a kind in one row; each ends with a part that has no literal."""
    answer: list[Part] = []
    for part in parts:
        answer.append(part)
        if isinstance(part, bytes):
            yield answer
            answer = []


def taken_apart(answer: Sequence[Part]) -> list:
    """Lists in parentheses as lists; atoms, quoted strings and literals as bytes; NIL as None."""
    lists: list[list] = [[]]
    for part in answer:
        text, literal = (part, None) if isinstance(part, bytes) else part
        for quoted, bracket, atom in _TOKEN.findall(text):
            if bracket == b"(":
                lists.append([])
            elif bracket:
                _close(lists)
            else:
                lists[-1].append(_text(quoted, atom))
        if literal is not None and lists[-1]:
            lists[-1][-1] = literal  # in the place of its announcement, {size}
    while len(lists) > 1:  # the server forgot to
        _close(lists)
    return lists[0]


def _close(lists: list[list]):
    if len(lists) > 1:
        closed = lists.pop()
        lists[-1].append(closed)


def _text(quoted: bytes, atom: bytes) -> bytes | None:
    if atom:
        return None if atom in {b"NIL", b"nil"} else atom
    return _ESCAPED.sub(rb"\1", quoted) if b"\\" in quoted else quoted


def letters_told(parts: Iterable[Part]) -> dict[int, dict[bytes, object]]:
    """What FETCH answers tell, by UID. One letter may be told of in several; those without a UID are left out."""
    found: dict[int, dict[bytes, object]] = {}
    for answer in answers(parts):
        told = taken_apart(answer)[1:2]
        if told and isinstance(told[0], list):
            names, values = told[0][::2], told[0][1::2]
            items = {
                name.upper(): value for name, value in zip(names, values, strict=False) if _is_text(name)
            }
            number = whole(items.get(b"UID"))
            if number:
                found.setdefault(number, {}).update(items)
    return found


def _is_text(piece: object) -> bool:
    return isinstance(piece, bytes)


def whole(piece: object) -> int | None:
    return int(piece) if isinstance(piece, bytes) and piece.isdigit() else None


def body_in(items: dict[bytes, object]) -> bytes | None:
    """The letter, or its beginning; None when the server did not give it."""
    for name in (b"BODY[]", b"BODY[]<0>", b"RFC822"):
        if isinstance(body := items.get(name), bytes):
            return body
    return None


def is_settled(items: dict[bytes, object]) -> bool:
    """Has somebody read or answered the letter on the server?"""
    flags = items.get(b"FLAGS")
    return isinstance(flags, list) and any(
        isinstance(flag, bytes) and flag.lower() in {b"\\seen", b"\\answered"} for flag in flags
    )


def numbers_found(search: Iterable[Part], extended: Iterable[Part]) -> list[int]:
    """Numbers in SEARCH lines, or in ESEARCH lines.

    ValueError when there are more than any mailbox has, and for a line that is not understood to its end:
    a number passed over would be a letter lost.
    """
    found: list[int] = []
    for line in search:
        found += map(int, _matched(_SEARCH, line)[1].split())
    for line in extended:
        if isinstance(line, bytes) and (told := _ALL.search(line)):
            found += _spread(told[1], MOST_NUMBERS - len(found))
        else:
            _matched(_NONE, line)
    return found


def _matched(pattern: re.Pattern[bytes], line: Part) -> re.Match[bytes]:
    if isinstance(line, bytes) and (found := pattern.fullmatch(line)):
        return found
    raise ValueError("numbers were expected")


def _spread(text: bytes, most: int) -> Iterator[int]:
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        bounds = sorted((int(first or last), int(last or first)))
        most -= bounds[1] - bounds[0] + 1
        if most < 0:
            raise ValueError("more numbers than a mailbox can have")
        yield from range(bounds[0], bounds[1] + 1)


def in_sets(numbers: Iterable[int], length: int = LINE) -> Iterator[str]:
    """Numbers as IMAP writes them, 1:3,7, in lines of about `length` bytes."""
    line: list[str] = []
    used = 0
    for first, last in _runs(sorted(set(numbers))):
        line.append(f"{first}:{last}" if last > first else f"{first}")
        used += len(line[-1]) + 1
        if used >= length:
            yield ",".join(line)
            line, used = [], 0
    if line:
        yield ",".join(line)


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for place, number in enumerate(numbers):
        if place + 1 == len(numbers) or numbers[place + 1] != number + 1:
            yield numbers[start], number
            start = place + 1
