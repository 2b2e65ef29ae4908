import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

from okienko.ui.finders import PUBLISHED, NpmFinder
from okienko.ui.fonts import FEATURES, LETTERS, WEIGHTS

SHEET = Path(__file__).parent.parent / "static/ui/css/fonts.css"
FONTS = [name for name in PUBLISHED if name.endswith(".woff2")]
POLISH, CZECH, GERMAN, UKRAINIAN = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”–…", "ěščřžýáíéůťďň", "äöüßÄÖÜẞ", "їєґіІЇЄҐ"


@pytest.fixture(scope="module")
def made():
    """Each published font as it is collected, by its file name."""
    finder = NpmFinder()
    if not finder.find(f"npm/{FONTS[0]}"):
        pytest.skip("the browser's libraries are not installed (bin/setup)")
    storages = dict(finder.list([]))
    found = {}
    for name in FONTS:
        with storages[name].open(name) as file:
            found[Path(name).name] = file.read()
    return found


def ranges() -> dict[str, set[int]]:
    """What fonts.css asks each file for."""
    found = {}
    for file, words in re.findall(
        r"/([\w-]+\.woff2)\".*?unicode-range: ([^;]+);", SHEET.read_text(), re.DOTALL
    ):
        ends = [re.findall(r"[0-9A-F]+", each) for each in words.split(",")]
        found[file] = {code for each in ends for code in range(int(each[0], 16), int(each[-1], 16) + 1)}
    return found


def test_the_style_sheet_asks_each_font_for_the_letters_it_keeps():
    kept = {name: set(codes) for name, codes in LETTERS.items()}
    latin = kept["inter-latin-wght-normal.woff2"]
    kept["inter-latin-ext-wght-normal.woff2"] -= latin
    assert ranges() == kept


def test_the_letters_of_our_customers_are_there(made):
    known = {code for data in made.values() for code in TTFont(io.BytesIO(data)).getBestCmap()}
    assert [letter for letter in POLISH + CZECH + GERMAN + UKRAINIAN if ord(letter) not in known] == []


def test_fonts_keep_the_weights_and_the_figures_of_the_desk_and_nothing_else(made):
    latin = TTFont(io.BytesIO(made["inter-latin-wght-normal.woff2"]))
    axis = latin["fvar"].axes[0]
    assert [(axis.axisTag, axis.minValue, axis.maxValue)] == [("wght", *WEIGHTS)]
    tags = {
        each.FeatureTag for table in ("GSUB", "GPOS") for each in latin[table].table.FeatureList.FeatureRecord
    }
    assert tags <= set(FEATURES)
    assert {"tnum", "kern"} <= tags


def test_a_polish_page_needs_less_than_40_kb_of_fonts(made):
    sizes = {name: len(data) for name, data in made.items()}
    assert sizes["inter-latin-wght-normal.woff2"] + sizes["inter-latin-ext-wght-normal.woff2"] < 40_000


def test_the_same_file_gives_the_same_bytes(made):
    from okienko.ui import fonts

    fonts.subset.cache_clear()
    name = "inter-cyrillic-wght-normal.woff2"
    path = settings.BASE_DIR / "node_modules/@fontsource-variable/inter/files" / name
    assert fonts.subset(path, 0) == made[name]


def test_other_files_are_opened_as_they_are():
    storage = NpmFinder().storage
    if not storage.exists("lucide-static/LICENSE"):
        pytest.skip("the browser's libraries are not installed (bin/setup)")
    with storage.open("lucide-static/LICENSE") as file:
        assert file.read(11) == b"ISC License"
