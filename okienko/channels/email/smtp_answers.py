"""What a mail server's answers mean: refused for good or for now, too big, too much at once."""

import re
from datetime import timedelta

from django.utils.translation import gettext as _

from okienko.inboxes.channel import ChannelError, Throttled, TooBig
from okienko.lib.text import cut, one_line

MAX_WORDS = 300
REST = timedelta(minutes=5)
LONG_REST = timedelta(hours=1)  # from a daily limit
LONGEST_REST = timedelta(hours=12)

_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_GREY = re.compile(r"gr[ea]y.?list", re.IGNORECASE)
_RATE = re.compile(
    r"\brate\b|\bratelimit|throttl|too many|too much|too fast|limit (?:is |was |has been )?(?:exceeded|reached)"
    r"|exceed\w* .{0,40}\b(?:limit|quota)\b",
    re.IGNORECASE,
)
# The daily limits of Google and Microsoft come as a final no, and end by themselves.
_DAILY = re.compile(r"sending (?:limit|quota)|SubmissionQuotaExceeded|relay (?:limit|quota)", re.IGNORECASE)
_TOO_BIG = frozenset({"5.3.4", "5.2.3"})
_RESTING = frozenset({421, 450, 451, 452})
_WAIT = re.compile(r"\b(?:in|after|for)\s+(\d{1,5})\s*(s|sec|second|m|min|minute|h|hour)s?\b", re.IGNORECASE)
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}


def said(code: int, words: bytes | str) -> str:
    """The server's own words on one line."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return cut(one_line(f"{code} {text}"), MAX_WORDS)


def is_final(code: int) -> bool:
    return 500 <= code < 600  # noqa: PLR2004 RFC 5321: 5yz, do not try again


def is_too_big(code: int, words: bytes | str) -> bool:
    """552 alone also means a full mailbox or a forbidden file: the exact code decides where there is one."""
    exact = _exact(words)
    if exact:
        return is_final(code) and exact in _TOO_BIG
    return code in {523, 552}


def throttled(code: int, words: bytes | str) -> timedelta | None:
    """How long to rest, where the server says that we sent too much; None for every other answer."""
    text = said(code, words)
    if is_final(code):
        return LONG_REST if _DAILY.search(text) else None
    if _GREY.search(text):  # about this sender and recipient alone
        return None
    if not (_RATE.search(text) or (code in _RESTING and _exact(words) in {"4.7.0", "4.7.28"})):
        return None
    found = _WAIT.search(text)
    if not found:
        return REST
    asked = int(found[1]) * _UNITS[found[2][0].lower()]
    return min(max(asked, timedelta(minutes=1)), LONGEST_REST)


def refusal(sentence: str, code: int, words: bytes | str, *, limit: int | None = None) -> ChannelError:
    """The error for an answer about the whole letter. `limit`: bytes the server takes, for one that is too big."""
    if is_too_big(code, words):
        return TooBig(_("The mail server takes no letter of this size: %s") % said(code, words), limit=limit)
    rest = throttled(code, words)
    if rest:
        return Throttled(
            _("The mail server takes no more letters for now: %s") % said(code, words), retry_after=rest
        )
    return ChannelError(sentence % said(code, words), permanent=is_final(code))


def _exact(words: bytes | str) -> str:
    """The enhanced status code (RFC 3463) that the words begin with."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    found = _ENHANCED.match(text)
    return ".".join(found.groups()) if found else ""
