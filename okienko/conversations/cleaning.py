"""A stranger's HTML, made harmless: no scripts, forms, frames, style sheets, names for scripts to find, addresses that run.

Style sheets of letters stay out: what they could fetch, cover or pretend is more than a list of rules can foresee, and
mail programs that drop them have taught newsletters to write their looks into attributes.

What is left still names pictures elsewhere and links; letter_page.py decides about these. Nothing here knows Django:
letters that may take long are cleaned in a process of their own, see `cleaned`.
"""

import re
import sys

import nh3

from okienko.lib import confined

TAGS = {
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center",
    "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption",
    "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li",
    "main", "mark", "nav", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var",
    "wbr",
}  # fmt: skip
SILENT = {
    "script", "style", "title", "head", "template", "noscript", "svg", "math", "object", "embed", "iframe",
    "applet", "select", "textarea", "xml", "noembed", "noframes", "xmp", "plaintext", "audio", "video",
}  # fmt: skip
EVERYWHERE = {"style", "title", "dir", "lang", "align", "valign", "width", "height", "bgcolor"}
ATTRIBUTES = {
    "*": EVERYWHERE,
    "a": {"href", "name"},
    "img": {"src", "alt", "border", "hspace", "vspace"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "time": {"datetime"},
}
# Nothing that leaves its place, covers other things, moves, or fetches.
STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left",
    "border-radius", "border-right", "border-spacing", "border-style", "border-top", "border-width", "clear",
    "color", "direction", "display", "float", "font", "font-family", "font-size", "font-style", "font-variant",
    "font-weight", "height", "letter-spacing", "line-height", "list-style-type", "margin", "margin-bottom",
    "margin-left", "margin-right", "margin-top", "max-height", "max-width", "min-height", "min-width", "padding",
    "padding-bottom", "padding-left", "padding-right", "padding-top", "table-layout", "text-align",
    "text-decoration", "text-indent", "text-transform", "vertical-align", "white-space", "width", "word-break",
    "word-wrap", "overflow-wrap",
}  # fmt: skip
MOST_STYLE = 4000  # characters of one style attribute
# Functions and escapes of style sheets: no honest letter needs them in an attribute, save for colours.
SUSPICIOUS = re.compile(r"\\|/\*|@|(?<!rgb)(?<!rgba)(?<!hsl)(?<!hsla)\(|\burl\b|expression|behaviou?r|binding", re.IGNORECASE)  # fmt: skip
# The short form, of which the colour alone is kept.
BACKGROUND = re.compile(r"(?<![\w-])background\s*:\s*(#[0-9a-f]{3,8}|rgba?\([\d\s.,%/]{1,40}\)|[a-z]{3,20})(?![\w(-])[^;]*", re.IGNORECASE)  # fmt: skip
NEGATIVE = re.compile(r"-\s*\.?\d")
MOVES = re.compile(r"\s*(?:margin|text-indent|letter-spacing)", re.IGNORECASE)
LEADS_OUT = re.compile(r"\s*(?:https?:|mailto:|tel:|#)", re.IGNORECASE)

# Deeply nested or very long letters take the parser a time that grows with the square of them.
HEAVY_BYTES, HEAVY_TAGS = 300_000, 5_000
SECONDS, MEGABYTES = 0.7, 1500


class TooMuch(Exception):
    """This letter cannot be laid out within a second."""


def cleaned(html: str) -> str:
    """Like `clean`, within a second whatever the letter is made of. TooMuch."""
    if len(html) <= HEAVY_BYTES and html.count("<") <= HEAVY_TAGS:
        return clean(html)
    try:
        given = html.encode("utf-8", "replace")
        return confined.run(__name__, given=given, seconds=SECONDS).decode()
    except confined.Failed as error:
        raise TooMuch from error


def clean(html: str) -> str:
    """HTML of the listed elements and attributes; links that lead out, pictures with whatever source they named.

    Angle brackets stand in it only where tags begin and end.
    """
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=SILENT,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        filter_style_properties=STYLES,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel=None,
        strip_comments=True,
    )


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return quiet_style(value)
    # Without a scheme it would lead into our own pages.
    return value if name != "href" or LEADS_OUT.match(value) else None


def quiet_style(style: str) -> str | None:
    """Without declarations that compute, fetch or move things away; which properties there are is another list."""
    given = BACKGROUND.sub(r"background-color:\1", style[:MOST_STYLE])
    kept = [each for each in given.split(";") if _is_quiet(each)]
    return ";".join(kept) or None


def _is_quiet(declaration: str) -> bool:
    return not (SUSPICIOUS.search(declaration) or (MOVES.match(declaration) and NEGATIVE.search(declaration)))


def main():
    confined.limit(seconds=2, megabytes=MEGABYTES)
    letter = sys.stdin.buffer.read().decode("utf-8", "replace")
    sys.stdout.buffer.write(clean(letter).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
