"""Colours, sizes, times and heights above the page live in tokens.css: what other style sheets, templates and scripts may say."""

import re
from collections.abc import Iterator

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Descriptors of a face are no declarations; conditions are free.
_ASIDE = re.compile(r"@font-face\s*\{[^}]*\}|@(?:media|container|supports|import|layer)[^{;]*[{;]")
_PICTURE = re.compile(r"url\(\s*[\"']?\s*data:", re.IGNORECASE)
_QUOTED = re.compile(r"""url\([^)]*\)|"[^"]*"|'[^']*'""")
_DECLARED = re.compile(r"([\w-]+)\s*:\s*([^;{}]+)(?=[;}])")

# fmt: off
NAMES = """
aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgr[ae]y
darkgreen darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen darkslateblue
darkslategr[ae]y darkturquoise darkviolet deeppink deepskyblue dimgr[ae]y dodgerblue firebrick floralwhite forestgreen
fuchsia gainsboro ghostwhite gold goldenrod gr[ae]y green greenyellow honeydew hotpink indianred indigo ivory khaki
lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow lightgr[ae]y
lightgreen lightpink lightsalmon lightseagreen lightskyblue lightslategr[ae]y lightsteelblue lightyellow lime limegreen
linen magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue
mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy oldlace
olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru
pink plum powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna
silver skyblue slateblue slategr[ae]y snow springgreen steelblue tan teal thistle tomato turquoise violet wheat white
whitesmoke yellow yellowgreen
""".split()  # noqa: SIM905 - a list of 148 strings would be a page
# fmt: on
_FUNCTION = r"\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|device-cmyk)\("
COLOUR = re.compile(
    rf"#[0-9a-f]{{3,8}}\b|{_FUNCTION}|(?<![\w.#-])(?:{'|'.join(NAMES)})(?![\w(-])", re.IGNORECASE
)
SIZE = re.compile(r"(?<![\w.-])-?(?!0+(?:\.0+)?[a-z])\d*\.?\d+(?:px|rem|pt|pc|cm|mm|in|q)\b", re.IGNORECASE)
TIME = re.compile(r"(?<![\w.-])-?(?!0+(?:\.0+)?m?s)\d*\.?\d+m?s\b|\bcubic-bezier\(|\bsteps\(", re.IGNORECASE)
# What these are is a choice out of few, so a relative value or a bare number is none of ours either.
_TOKEN = r"var\(--[\w-]+(?:, var\(--[\w-]+\))?\)"
ONLY = {
    "font-size": re.compile(rf"{_TOKEN}|calc\(.*var\(--.*\)|inherit|100%|0"),
    "font-weight": re.compile(rf"{_TOKEN}|400|inherit"),
    "z-index": re.compile(rf"{_TOKEN}|auto|-1"),
    "border-radius": re.compile(
        rf"(?:(?:{_TOKEN}|calc\(var\(--[^)]*\)[^)]*(?:\([^)]*\))?\)|50%|0|inherit)\s*)+"
    ),
}


def faults_of_style(text: str) -> list[str]:
    """What belongs in tokens.css. Relative sizes (%, em, fr, ch, vh) and conditions are free."""
    text = _ASIDE.sub("", _COMMENT.sub("", text))
    found = ["a picture in the sheet: icons come from the package"] if _PICTURE.search(text) else []
    for name, value in _DECLARED.findall(_QUOTED.sub('""', text)):
        found += [f"{name}: {hit} belongs in tokens.css" for hit in _hits(name, value.strip())]
    return found


def _hits(name: str, value: str) -> Iterator[str]:
    literal = [hit for pattern in (COLOUR, SIZE, TIME) for hit in pattern.findall(value)]
    yield from literal
    kind = "border-radius" if name.startswith("border-") and name.endswith("-radius") else name
    if not literal and kind in ONLY and not ONLY[kind].fullmatch(value):
        yield value


_PAINT = re.compile(
    r"\s(fill|stroke|color|bgcolor|stop-color|flood-color|lighting-color|font-size|font-family)\s*=\s*[\"']([^\"']*)",
    re.IGNORECASE,
)
_FREE = re.compile(r"none|currentcolor|inherit|transparent|\{\{.*\}\}|url\(#[\w-]+\)", re.IGNORECASE)


def paint_in_markup(tag: str) -> list[str]:
    """Attributes of a tag, in HTML or SVG, that say a colour or a size of letters themselves."""
    return [
        f'{name}="{value}": a class says that'
        for name, value in _PAINT.findall(tag)
        if not _FREE.fullmatch(value)
    ]


_IN_STRING = re.compile(
    rf"""["'`](#[0-9a-f]{{3,8}})["'`]|({_FUNCTION.removeprefix(chr(92) + "b")})""", re.IGNORECASE
)


def paint_in_script(text: str) -> list[str]:
    """Colours a script would set past the tokens."""
    return [
        f"{hexadecimal or function} belongs in tokens.css"
        for hexadecimal, function in _IN_STRING.findall(text)
    ]


_NAMED = re.compile(r"(?<![\w-])(--[\w-]+)\s*:")
_USED = re.compile(r"var\(\s*(--[\w-]+)\s*(,?)")


_SET = re.compile(r"setProperty\(\s*[\"'`](--[\w-]+)")


def variables_declared(text: str) -> set[str]:
    """By a style sheet or by a script."""
    return set(_NAMED.findall(_COMMENT.sub("", text))) | set(_SET.findall(text))


def variables_needed(text: str) -> set[str]:
    """Those used without something to stand in for them."""
    return {name for name, comma in _USED.findall(_COMMENT.sub("", text)) if not comma}
