"""Icons: Lucide from npm, named in components/icon.css, written into the one style sheet when it is joined."""

import re

# Lucide draws on a grid of 24 with a line of 2. This line is 1.5 px wide where an icon is shown at 20 px.
LINE = "1.8"
_HEAD = (
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='%23000' "
    f"stroke-width='{LINE}' stroke-linecap='round' stroke-linejoin='round'%3E"
)
_DRAWING = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)
_ESCAPED = str.maketrans({"<": "%3C", ">": "%3E", "#": "%23", '"': "'"})


def data_address(svg: str) -> str:
    """An icon of Lucide as a data: address that needs no request. ValueError when it is no such picture."""
    drawing = _DRAWING.search(svg)
    if not drawing:
        raise ValueError("not an SVG picture")
    shapes = re.sub(r"\s*/>", "/>", re.sub(r"\s+", " ", drawing[1]).replace("> <", "><").strip())
    return f"data:image/svg+xml,{_HEAD}{shapes.translate(_ESCAPED)}%3C/svg%3E"
