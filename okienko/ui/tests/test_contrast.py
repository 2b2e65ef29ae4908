"""What is read all day has a contrast of 7, other text 4.5, marks and edges of controls 3: in light and in dark."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parent.parent / "static/ui/css/tokens.css"
GROUNDS = ["ground", "surface", "sunken"]
READ_ALL_DAY = [
    *(
        ("ink", on)
        for on in [*GROUNDS, "accent-wash", "note-wash", "legal-wash", "waiting-wash", "overdue-wash"]
    ),
    *(("ink-soft", on) for on in GROUNDS),
    ("on-inverse", "inverse"),
]
TEXT = [
    *(("ink-soft", on) for on in ["done-wash", "accent-wash", "legal-wash"]),
    *(("muted", on) for on in [*GROUNDS, "raised", "accent-wash", "done-wash", "note-wash"]),
    *(("accent-deep", on) for on in ["ground", "surface", "accent-wash", "note-wash"]),
    *(("accent-ink", on) for on in ["accent", "accent-deep"]),
    ("note-ink", "note-wash"),
    *(("waiting-ink", on) for on in ["waiting-wash", "surface"]),
    *(("overdue-ink", on) for on in ["overdue-wash", "surface", "ground", "raised"]),
    *(("legal-ink", on) for on in ["legal-wash", "surface", "ground"]),
    ("done-ink", "done-wash"),
    ("legal-on-fill", "legal-fill"),
    ("on-bubble", "bubble"),
    ("overdue-on-mark", "overdue-mark"),
    *((f"person-{number}-ink", f"person-{number}-wash") for number in range(1, 9)),
]
MARKS = [
    *(("line-control", on) for on in ["surface", "ground"]),
    *(("accent", on) for on in GROUNDS),
    *((f"{meaning}-mark", f"{meaning}-wash") for meaning in ["note", "waiting", "overdue", "legal"]),
    *((f"{meaning}-mark", "surface") for meaning in ["waiting", "overdue", "legal", "done"]),
    ("inverse-accent", "inverse"),
    ("inverse-problem", "inverse"),
    *((f"chart-{number}", "surface") for number in range(1, 4)),
]
NEEDED = [
    (text, on, ratio) for pairs, ratio in [(READ_ALL_DAY, 7), (TEXT, 4.5), (MARKS, 3)] for text, on in pairs
]
LIGHT, DARK = 0, 1


def colours(sheet: str, theme: int) -> dict[str, str]:
    """The colour tokens of a theme by name, each as it is written: oklch(…) or var(…)."""
    found = {}
    for name, value in re.findall(r"--([\w-]+):\s*([^;]+);", sheet):
        both = re.fullmatch(r"light-dark\((.+\)), (.+\))\)", value)
        if both or value.startswith("oklch("):
            found.setdefault(name, both[theme + 1] if both else value)
    return found


def luminance(colour: str, known: dict[str, str]) -> float:
    """WCAG's relative luminance of `oklch(62% 0.13 64)` or of a token named by var(). ValueError for anything else."""
    if named := re.fullmatch(r"var\(--([\w-]+)\)", colour):
        return luminance(known[named[1]], known)
    parts = re.fullmatch(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)", colour)
    if not parts:
        raise ValueError(f"{colour} is no opaque oklch() colour")
    red, green, blue = (min(max(part, 0.0), 1.0) for part in linear(*map(float, parts.groups())))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """OKLCH (lightness in %, hue in degrees) as linear sRGB; outside 0 to 1 a screen cannot show it."""
    from math import cos, radians, sin

    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long, medium, short = (
        (lightness / 100 + x * a + y * b) ** 3
        for x, y in [
            (0.3963377774, 0.2158037573),
            (-0.1055613458, -0.0638541728),
            (-0.0894841775, -1.2914855480),
        ]
    )
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def contrast(text: str, on: str, known: dict[str, str]) -> float:
    lighter, darker = sorted((luminance(known[text], known), luminance(known[on], known)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast_of_the_tokens(theme):
    known = colours(TOKENS.read_text(), theme)
    found = [(text, on, needed, round(contrast(text, on, known), 2)) for text, on, needed in NEEDED]
    assert [each for each in found if each[3] < each[2]] == []


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_meaning_of_a_colour_is_measured(theme):
    measured = {name for text, on, _ in NEEDED for name in (text, on)}
    of_lines = {"line", "line-firm", "hover", "veil", "mail-paper", "inverse-hover", "chart-4", "chart-grid"}
    edges = {name for name in colours(TOKENS.read_text(), theme) if name.endswith("-line")}
    assert set(colours(TOKENS.read_text(), theme)) - measured - of_lines - edges == set()


def test_contrast_is_measured_rightly():
    known = {
        "white": "oklch(100% 0 0)",
        "black": "oklch(0% 0 0)",
        "green": "oklch(47.8% 0.098 165)",
        "same": "var(--green)",
    }
    assert contrast("black", "white", known) == pytest.approx(21, abs=0.01)
    assert contrast("green", "white", known) == pytest.approx(6.3, abs=0.06)
    assert contrast("same", "green", known) == pytest.approx(1)
    with pytest.raises(ValueError, match="no opaque"):
        luminance("oklch(24% 0.01 165 / 0.05)", known)


def test_a_pale_token_is_seen():
    known = colours(
        ":root { --muted: light-dark(oklch(64% 0.01 157), oklch(70.5% 0.013 162)); --ground: oklch(98.5% 0.004 91); }",
        LIGHT,
    )
    assert contrast("muted", "ground", known) < 4.5
