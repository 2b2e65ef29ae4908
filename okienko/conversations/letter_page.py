"""The page of a letter: its cleaned HTML, its own pictures, those from elsewhere that may be shown, links that say where they lead."""

import html as entities
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.html import escape, format_html
from django.utils.translation import gettext as _

from okienko.conversations import cleaning
from okienko.lib.html_text import html_to_text
from okienko.lib.link_targets import target
from okienko.ui.linking import marked, told

TINY = 2  # pixels: what is no higher or no wider than this is there to be fetched, not to be seen
MOST_PICTURES = 100  # of one letter
LONGEST_ADDRESS = 2000
MOST_LINKS = 10_000  # and pictures together: more cannot be written within a second
MOST_PIECES = 200  # of what stands inside a link, when its words are looked at

PAGE = """<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light"><meta name="referrer" content="no-referrer"><title>{title}</title>
<style>html{{background:#fff;color:#1c211f;font:0.875rem/1.45 system-ui,sans-serif;overflow-wrap:break-word}}
body{{margin:12px;overflow-x:auto}}img{{max-width:100%;height:auto}}
img:not([src]){{outline:1px dashed #cfcabd;color:#5d625e;font-size:12px}}table{{max-width:100%}}
pre{{white-space:pre-wrap}}a{{color:#0a5c41}}
blockquote{{margin:0 0 0 4px;padding-left:12px;border-left:2px solid #e6e3dc}}
.leads{{all:initial!important;display:inline-block!important;margin:0 4px!important;padding:0 5px!important;
border-radius:4px!important;background:#fdecc8!important;color:#6b3e00!important;font:600 12px/18px system-ui,sans-serif!important;
direction:ltr!important;unicode-bidi:isolate!important;overflow-wrap:anywhere!important}}
.leads--away{{background:#fbdcd6!important;color:#7c1d10!important}}</style></head>
<body>{body}</body></html>
"""
_OURS = re.compile(r'<(a|img)((?:\s+[a-z]+="[^"]*")*)\s*/?>|</a>')
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_ANY_TAG = re.compile(r"<[^>]*>")
_ALT = re.compile(r'<img\b[^>]*\balt="([^"]*)"[^>]*>')
_INLINE_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+\Z")
_SMALL = re.compile(r"(?:^|;)\s*(?:max-)?(?:width|height)\s*:\s*[0-2](?:\.\d+)?(?:px)?\s*(?:!\s*important)?\s*(?:;|$)", re.IGNORECASE)  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


@dataclass
class Letter:
    """`pictures`: the addresses of pictures elsewhere, each once; `hidden`: how many are there only to be fetched."""

    body: str = ""
    pictures: list[str] = field(default_factory=list)
    hidden: int = 0
    is_readable: bool = True  # False: too heavy to be laid out, its words stand there alone


Proxy = Callable[[str], str | None]


def letter(html: str, own: Mapping[str, str], proxy: Proxy | None = None) -> Letter:
    """`own`: content id (without brackets) → address of a picture that came along. `proxy`: the address by which
    we show a picture from elsewhere, None for one that we do not have; without it none is shown.
    """
    try:
        cleaned = cleaning.cleaned(html)
    except cleaning.TooMuch:
        return words_only(html)
    if cleaned.count("<a") + cleaned.count("<img") > MOST_LINKS:
        return words_only(html)
    return _Writer(own, proxy).written(cleaned)


def words_only(html: str) -> Letter:
    said = _("This letter is built in a way that cannot be laid out quickly. These are its words.")
    return Letter(format_html("<p><em>{}</em></p><pre>{}</pre>", said, html_to_text(html)), is_readable=False)


def page(letter: Letter, *, title: str) -> str:
    """The whole page of a letter."""
    return PAGE.format(title=escape(title), body=letter.body)


class _Writer:
    """Writes the letter again, piece by piece; every link and every picture is written by us."""

    def __init__(self, own: Mapping[str, str], proxy: Proxy | None):
        self.own, self.proxy = own, proxy
        self.letter = Letter()
        self.pieces: list[str] = []
        self.open_links: list[tuple[int, dict[str, str]]] = []

    def written(self, cleaned: str) -> Letter:
        position = 0
        for tag in _OURS.finditer(cleaned):
            self.pieces.append(cleaned[position : tag.start()])
            position = tag.end()
            self._tag(tag[1], tag[2])
        self.pieces.append(cleaned[position:])
        while self.open_links:
            self._close_link()
        self.letter.body = "".join(self.pieces)
        return self.letter

    def _tag(self, name: str | None, attributes: str | None):
        if name is None:
            self._close_link()
            return
        given = {key: entities.unescape(value) for key, value in _ATTRIBUTE.findall(attributes or "")}
        if name == "img":
            self.pieces.append(self._picture(given))
        else:
            self.open_links.append((len(self.pieces), given))
            self.pieces.append("")  # written when its words are known

    def _close_link(self):
        if not self.open_links:
            return
        place, given = self.open_links.pop()
        href = given.pop("href", "")
        inside = "".join(self.pieces[place + 1 : place + 1 + MOST_PIECES])
        leads = target(href, plain(inside)) if href and not href.startswith("#") else None
        if leads:
            given |= {"href": leads.address, "title": told(leads), "target": "_blank", "rel": "noopener noreferrer nofollow"}  # fmt: skip
        elif href.startswith("#"):
            given["href"] = href
        self.pieces[place] = tag("a", given)
        self.pieces.append("</a>" + (marked(leads) if leads else ""))

    def _picture(self, given: dict[str, str]) -> str:
        source = given.pop("src", "").strip()
        if shown := self._source(source, given):
            given["src"] = shown
        return tag("img", given | {"loading": "lazy"})

    def _source(self, source: str, given: dict[str, str]) -> str | None:
        scheme, _colon, rest = source.partition(":")
        if scheme.lower() == "cid":
            return self.own.get(rest.strip("<>"))
        if _INLINE_PICTURE.match(source):
            return source
        if not (address := address_elsewhere(source)):
            return None
        if is_hidden(given):
            self.letter.hidden += 1
            return None
        if address not in self.letter.pictures:
            if len(self.letter.pictures) >= MOST_PICTURES:
                return None
            self.letter.pictures.append(address)
        return self.proxy(address) if self.proxy else None


def tag(name: str, attributes: Mapping[str, str]) -> str:
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>"


def plain(html: str) -> str:
    """The words of a piece of cleaned HTML; pictures say what is written about them."""
    return entities.unescape(_ANY_TAG.sub("", _ALT.sub(r" \1 ", html[: 10 * LONGEST_ADDRESS])))


def address_elsewhere(source: str) -> str | None:
    """The address of a picture on another server; None for what is none."""
    if source.startswith("//"):
        source = f"https:{source}"
    leads = target(source) if re.match(r"https?:", source, re.IGNORECASE) else None
    return leads.address if leads and len(leads.address) <= LONGEST_ADDRESS else None


def is_hidden(given: Mapping[str, str]) -> bool:
    """Nobody would see it: it is there to tell its sender that the letter was opened."""
    sizes = [re.match(r"\s*(\d+)(?![\d%])", given.get(side, "")) for side in ("width", "height")]
    if any(size and int(size[1]) <= TINY for size in sizes):
        return True
    style = given.get("style", "")
    return bool(_SMALL.search(style) or _HIDDEN.search(style))
