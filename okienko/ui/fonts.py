"""Inter as the desk needs it: the letters of Europe, weights 400 to 600, tabular figures.

The files from npm hold nine weights and every Latin letter there is, 133 kB for a Polish page; these are a quarter of it.
Making them takes a second each: it is done when the static files are collected, and only then.
"""

import io
from functools import lru_cache
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

WEIGHTS = (400, 600)
# Not calt: it would write "->" of a letter as an arrow, and the desk shows what people wrote.
FEATURES = ["kern", "locl", "tnum"]
# By the name of a file: which of its letters. The same ranges stand in css/fonts.css.
LETTERS = {
    "inter-latin-wght-normal.woff2": [
        *range(0x0020, 0x007F),
        *range(0x00A0, 0x0100),
        *(0x0131, 0x0152, 0x0153, 0x02C6, 0x02DA, 0x02DC),
        *range(0x2000, 0x2045),
        *(0x20AC, 0x2122, 0x2191, 0x2193, 0x2212, 0x2215, 0xFEFF, 0xFFFD),
    ],
    "inter-latin-ext-wght-normal.woff2": [
        *range(0x0100, 0x0180),
        *range(0x0218, 0x021C),
        *(0x02C7, 0x02D8, 0x02D9, 0x02DB, 0x02DD),
        *range(0x1E80, 0x1E86),
        *(0x1E9E, 0x1EF2, 0x1EF3),
        *range(0x20A9, 0x20C0),
    ],
    "inter-cyrillic-wght-normal.woff2": [*range(0x0400, 0x0460), 0x0490, 0x0491, 0x2116],
}


class SmallerFonts(FileSystemStorage):
    """Opens fonts as their subsets and other files as they are."""

    def _open(self, name, mode="rb"):
        if not name.endswith(".woff2"):
            return super()._open(name, mode)
        path = Path(self.path(name))
        return ContentFile(subset(path, path.stat().st_mtime_ns), name)


@lru_cache(maxsize=8)
def subset(path: Path, changed: int) -> bytes:  # noqa: ARG001 - part of the cache's key
    """A font as bytes of WOFF2, the same bytes for the same file."""
    # Only collecting needs these, and a server should not wait for them.
    from fontTools import subset as tools  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415
    from fontTools.varLib import instancer  # noqa: PLC0415

    font = TTFont(path, recalcTimestamp=False)
    options = tools.Options(layout_features=FEATURES, hinting=False, name_IDs=[0, 1, 2, 13, 14])
    subsetter = tools.Subsetter(options)
    subsetter.populate(unicodes=LETTERS[path.name])
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHTS})
    font.flavor = "woff2"
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()
