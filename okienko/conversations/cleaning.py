"""A stranger's HTML, made harmless: the page behind „Pokaż w oryginalnym układzie"."""

import re
from collections.abc import Mapping

import nh3

# Goes up whenever the rules change, so that a browser never shows what older rules let through.
VERSION = 1

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
    "applet", "select", "textarea", "xml",
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
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+\Z")
LEADS_OUT = re.compile(r"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)
FETCHES = re.compile(r"url|expression|image-set|@import|\\", re.IGNORECASE)

PAGE = """<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light"><meta name="referrer" content="no-referrer"><title>{title}</title>
<style>html{{background:#fff;color:#1c211f;font:14px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}}
body{{margin:12px}}img{{max-width:100%;height:auto}}table{{max-width:100%}}
blockquote{{margin:0 0 0 4px;padding-left:12px;border-left:2px solid #e6e3dc}}</style></head>
<body>{body}</body></html>
"""


def clean(html: str, pictures: Mapping[str, str]) -> str:
    """HTML without scripts, forms, frames, foreign pictures and addresses that run.

    `pictures`: content id (without brackets) → address of the picture that came with the letter.
    """

    def attribute(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            return _source(value, pictures)
        if name == "style":
            return None if FETCHES.search(value) else value
        # Without a scheme it would lead into our own pages.
        return value if name != "href" or LEADS_OUT.match(value.strip()) else None

    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=SILENT,
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        filter_style_properties=STYLES,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"loading": "lazy"}},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def _source(value: str, pictures: Mapping[str, str]) -> str | None:
    """Where a picture may come from: the letter itself. Anything else would tell its sender who reads."""
    scheme, _, rest = value.strip().partition(":")
    if scheme.lower() == "cid":
        return pictures.get(rest.strip("<>"))
    return value if PICTURE.match(value.strip()) or value in pictures.values() else None


def page(html: str, pictures: Mapping[str, str], *, title: str) -> str:
    """The whole page of a letter. `title` must be plain text of ours."""
    return PAGE.format(title=title, body=clean(html, pictures))
