"""Message-IDs, without angle brackets, bounded."""

import re

from okienko.channels.email.headers import Headers, value, values

MAX_LENGTH = 500
MAX_IDS = 200

_BRACKETED = re.compile(r"<([^<>]+)>")
_SPACE = re.compile(r"\s+")


def message_id(headers: Headers) -> str:
    """The mail's own id; "" where it has none."""
    text = value(headers, "message-id")
    found = listed([text])
    return found[0] if found else _tidy(text)


def answered(headers: Headers) -> tuple[str, ...]:
    return listed(values(headers, "in-reply-to"))


def references(headers: Headers) -> tuple[str, ...]:
    return listed(values(headers, "references"))


def listed(texts: list[str]) -> tuple[str, ...]:
    """Ids in the order given, each once; of more than MAX_IDS the first and the last ones."""
    found: dict[str, None] = {}
    for text in texts:
        bracketed = _BRACKETED.findall(text)
        words = bracketed or [word for word in text.replace(",", " ").split() if "@" in word]
        found.update(dict.fromkeys(filter(None, map(_tidy, words))))
    ids = tuple(found)
    half = MAX_IDS // 2
    return ids if len(ids) <= MAX_IDS else ids[:half] + ids[-half:]


def _tidy(text: str) -> str:
    """One id without what some programs wrap around it, and without what a database refuses."""
    kept = "".join(letter for letter in _SPACE.sub("", text[: 4 * MAX_LENGTH]) if letter.isprintable())
    return kept.strip("<>\"'")[:MAX_LENGTH]
