"""HTML → plain text, in time linear in its size whatever it contains. No Django, never raises."""

import html as html_entities
import re

# More than any letter has: then only the words are kept, at the speed of the regex engine.
MANY_TAGS = 60_000
MANY_ENTITIES = 200_000
LONG_ATTRIBUTE = 4000

_NAME = re.compile(r"/?\s*([a-zA-Z][a-zA-Z0-9:]*)")
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_MANY_NEWLINES = re.compile(r"\n{3,}")
_DIGITS = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
_HREF = re.compile(
    r"""\bhref\s*=\s*(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s>"']{1,2000}))""", re.IGNORECASE
)
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]{1,300})"|'([^']{1,300})')""", re.IGNORECASE)
_WORTH_A_LINK = ("http://", "https://", "ftp://")

_SILENT = {"style", "script", "title", "xml", "noscript", "template", "svg", "object"}
_LINE = {
    "div", "tr", "li", "ul", "ol", "dl", "dt", "dd", "section", "article", "header", "footer", "address",
    "form", "center", "main", "nav", "aside", "figure", "fieldset", "body", "html", "head", "option",
}  # fmt: skip
_PARAGRAPH = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "pre"}


class _Page:
    """The text so far, line by line, and what the tags seen so far mean for the next words."""

    def __init__(self, html: str):
        self.html = html
        self.lasts: dict[str, int] = {}
        self.lines: list[str] = []
        self.words: list[str] = []
        self.is_blank = True
        self.quotes = 0
        self.preformatted = 0
        self.link = ""
        self.link_start = 0

    def find(self, what: str, position: int) -> int:
        """Like str.find, but looks through the whole page for something missing only once."""
        if what not in self.lasts:
            self.lasts[what] = self.html.rfind(what)
        return self.html.find(what, position) if self.lasts[what] >= position else -1

    def end_line(self):
        text = "".join(self.words)
        text = text.rstrip() if self.preformatted else text.strip()
        self.words = []
        self.is_blank = True
        self.link_start = 0
        if text:
            self.lines.append(self.margin() + text)

    def blank(self):
        self.end_line()
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def margin(self) -> str:
        return "> " * min(self.quotes, 20)

    def say(self, text: str):
        if self.preformatted:
            first, *others = text.split("\n")
            self.add(first)
            for line in others:
                self.end_line()
                self.add(line)
            return
        text = _SPACES.sub(" ", text)
        if text[:1] == " " and (not self.words or self.words[-1][-1:] in {" ", "\t"}):
            text = text[1:]
        self.add(text)

    def add(self, text: str):
        if text:
            self.words.append(text)
            self.is_blank = self.is_blank and text.isspace()


def html_to_text(html: str) -> str:
    """What a reader would see: paragraphs, `- ` lists, `> ` quotes, links as [words](address)."""
    if html.count("<") > MANY_TAGS or html.count("&") > MANY_ENTITIES:
        return _only_words(html)
    page = _Page(html)
    position, size = 0, len(html)
    while position < size:
        start = page.find("<", position)
        if start == -1:
            start = size
        if start > position:
            page.say(_unescaped(html[position:start]))
        position = _after_tag(page, start) if start < size else size
    page.end_line()
    return _MANY_NEWLINES.sub("\n\n", "\n".join(page.lines)).strip()


def _after_tag(page: _Page, start: int) -> int:
    """Act on the tag at `start`; the position behind it."""
    html = page.html
    if html.startswith("<!--", start):
        return _behind(page, "-->", start + 4)
    named = _NAME.match(html, start + 1)
    end = _end_of_tag(page, start) if named or html[start + 1 : start + 2] in {"!", "?", "/"} else -1
    if end == -1:
        page.add("<")
        return start + 1
    if not named:
        return end + 1
    name, tag = named[1].lower(), html[start + 1 : end]
    if tag[0] == "/":
        _close(page, name)
    elif name in _SILENT:
        return end + 1 if tag.endswith("/") else _behind_element(page, name, end + 1)
    else:
        _open(page, name, tag)
    return end + 1


def _end_of_tag(page: _Page, start: int) -> int:
    """Where the tag's > stands, which is not the one inside a quoted attribute; -1 when there is none."""
    end = page.find(">", start + 1)
    if end == -1 or page.html.count('"', start, end) % 2 == 0:
        return end
    quote = page.find('"', end)
    further = page.find(">", quote) if quote != -1 and quote - end < LONG_ATTRIBUTE else -1
    return further if further != -1 else end


def _behind(page: _Page, closer: str, position: int) -> int:
    """Behind `closer`, or at `position` where it never comes."""
    end = page.find(closer, position)
    return end + len(closer) if end != -1 else position


def _behind_element(page: _Page, name: str, position: int) -> int:
    """Behind the end tag of an element whose content is not for readers."""
    for closer in (f"</{name}", f"</{name.upper()}"):
        end = _behind(page, closer, position)
        if end != position:
            return _behind(page, ">", end)
    return position


def _open(page: _Page, name: str, tag: str):
    if name == "br":
        _break(page)
    elif name in _PARAGRAPH or name in _LINE:
        _open_block(page, name)
    elif name == "a":
        href = _HREF.search(tag)
        page.link = html_entities.unescape(next(filter(None, href.groups()), "")).strip() if href else ""
        page.link_start = len(page.words)
    elif name == "img" and (alt := _ALT.search(tag)):
        page.say(f"[{_unescaped(alt[1] or alt[2]).strip()}]")
    elif name in {"td", "th"} and not page.is_blank:
        page.words[-1] = page.words[-1].rstrip(" ")
        page.words.append("\t")
    elif name == "hr":
        page.end_line()
        page.lines.append(page.margin() + "-" * 63)


def _open_block(page: _Page, name: str):
    if name in _PARAGRAPH:
        page.blank()
    else:
        page.end_line()
    if name == "blockquote":
        page.quotes += 1
    elif name == "pre":
        page.preformatted += 1
    elif name == "li":
        page.words.append("- ")


def _close(page: _Page, name: str):
    if name == "a":
        _close_link(page)
    elif name in _PARAGRAPH:
        page.blank()
        if name == "blockquote":
            page.quotes = max(0, page.quotes - 1)
        elif name == "pre":
            page.preformatted = max(0, page.preformatted - 1)
    elif name in _LINE:
        page.end_line()


def _break(page: _Page):
    if not page.is_blank:
        page.end_line()
    elif page.lines and page.lines[-1]:
        page.lines.append(page.margin().rstrip())


def _close_link(page: _Page):
    address, page.link = page.link, ""
    words = "".join(page.words[page.link_start :]).strip()
    if not address.startswith(_WORTH_A_LINK) or not words or len(address) > LONG_ATTRIBUTE:
        return
    if words[0] == "[" and words.find("]") == len(words) - 1:
        words = words[1:-1]  # a picture with a description
    if words.rstrip("/") not in {address.rstrip("/"), address.split("://", 1)[-1].rstrip("/")}:
        page.words[page.link_start :] = [f"[{words}]({address})"]


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text.replace("\xa0", " ")
    # Python refuses to read numbers of thousands of digits.
    return html_entities.unescape(_DIGITS.sub("", text)).replace("\xa0", " ")


def _only_words(html: str) -> str:
    """The words between too many tags."""
    for name in ("style", "script"):
        pieces = html.split(f"<{name}")
        html = pieces[0] + "".join(piece.partition(f"</{name}")[2] or piece for piece in pieces[1:])
    lines = (_SPACES.sub(" ", line).strip() for line in _ANY_TAG.sub("\n", html).split("\n"))
    text = "\n".join(line for line in lines if line)
    return _unescaped(text) if text.count("&") <= MANY_ENTITIES else text
