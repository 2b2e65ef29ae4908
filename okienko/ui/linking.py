"""Plain text as HTML with its addresses as links that say where they lead."""

import re

from django.utils.html import escape, format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from okienko.lib.link_targets import Target, target

# What is odd about a link, in words: also beside links in letters' own layout.
DOUBTS = {
    "elsewhere": _("its words name another address"),
    "letters": _("letters of another alphabet"),
    "login": _("a user name stands in front of the address"),
    "number": _("a number instead of a name"),
    "port": _("an unusual port"),
    "short": _("a shortened address: it does not say where it leads"),
}
LOOKS_LIKE_ONE = re.compile(r"://|www\.|@|\.(?:com|edu|gov|int|mil|net|org|pl|eu)\b", re.IGNORECASE)
_ADDRESS = re.compile(
    r"""https?://[^\s<>"]{1,2000}"""
    r"""|(?<![\w@./-])www\.[^\s<>"]{1,2000}"""
    r"""|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"""
    r"""|(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,6}(?:com|edu|gov|int|mil|net|org|pl|eu)\b(?![\w@-])(?:/[^\s<>"]{0,2000})?""",
    re.IGNORECASE,
)
_BEHIND = ".,:;!?'\"”’»*_"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def linked(text: str) -> str:
    """Most texts hold no address, and looking at each word is dear."""
    if not LOOKS_LIKE_ONE.search(text):
        return escape(text)
    pieces, position = [], 0
    for found in _ADDRESS.finditer(text):
        words = trimmed(found[0])
        pieces += [(escape(text[position : found.start()]),), (link(words),)]
        position = found.start() + len(words)
    pieces.append((escape(text[position:]),))
    return format_html_join("", "{}", pieces)


def trimmed(words: str) -> str:
    """Without what belongs to the sentence around it."""
    while words:
        last = words[-1]
        is_lone = last in _PAIRS and words.count(last) > words.count(_PAIRS[last])
        if last not in _BEHIND and not is_lone:
            break
        words = words[:-1]
    return words


def link(words: str) -> str:
    scheme = "" if "://" in words else "mailto:" if "@" in words.partition("/")[0] else "http://"
    leads = target(f"{scheme}{words}")
    if leads is None or not leads.host:
        return escape(words)
    return format_html(
        '<a href="{}" title="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>{}',
        leads.address, told(leads), words, marked(leads),
    )  # fmt: skip


def told(leads: Target) -> str:
    """The real address and what is odd about it, for whoever points at the link."""
    return " · ".join([leads.address, *(str(DOUBTS[doubt]) for doubt in leads.doubts)])


def marked(leads: Target) -> str:
    """Beside a doubtful link: where it leads."""
    if not leads.doubts:
        return ""
    away = " leads--away" if leads.doubts[0] == "elsewhere" else ""
    return format_html(' <span class="leads{}" title="{}">→ {}</span>', away, told(leads), leads.host)
