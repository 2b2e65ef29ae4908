"""Folding, cutting and cleaning of human text. No database, no Django."""

import re
import unicodedata

# NFKD leaves these letters whole, and Polish users type them without the stroke.
_STROKES = str.maketrans(
    {
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ø": "o",
        "Ø": "O",
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ı": "i",
    }
)
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
_SPACE = re.compile(r"\s+")


def fold(text: str) -> str:
    """Lower case without diacritics: „Żółć” → "zolc"."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_STROKES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()


def printable(text: str) -> str:
    """Without control characters and lone surrogates, which databases refuse."""
    cleaned = text.translate(_CONTROL)
    return cleaned.encode("utf-8", "replace").decode() if not cleaned.isascii() else cleaned


def one_line(text: str) -> str:
    return _SPACE.sub(" ", printable(text)).strip()


def cut(text: str, length: int) -> str:
    """At most `length` characters, ending in … where something was left out."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
