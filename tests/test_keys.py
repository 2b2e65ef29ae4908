"""The list of keys and the pages say the same: every key that is listed does something, and every other does nothing."""

import re
from pathlib import Path

from okienko.ui import shortcuts
from okienko.wiring import pages

ROOT = Path(__file__).resolve().parent.parent / "okienko"
DECLARED = re.compile(r'data-keys="([^"]*)"')


def listed() -> set[str]:
    found = {
        keys for group in shortcuts.groups(pages.NAVIGATION) for each in group.shortcuts for keys in each.keys
    }
    return {keys.lower() for keys in found}


def declared() -> set[str]:
    """Keys that stand in a template or a tag, and those of the places, which the rail fills in."""
    files = [*ROOT.rglob("*.html"), *ROOT.rglob("templatetags/*.py")]
    words = {keys for file in files for keys in DECLARED.findall(file.read_text())}
    places = {place.keys for place in pages.NAVIGATION if place.keys}
    return {keys.lower() for keys in {keys for keys in words if "{" not in keys} | places}


def test_the_list_is_true():
    built_in = {keys.lower() for keys in shortcuts.BUILT_IN | shortcuts.COMPOSER}
    assert listed() == declared() | built_in


def test_the_script_knows_what_is_built_in():
    script = (ROOT / "ui/static/ui/js/ok-keys.js").read_text()
    body = script[script.index("builtIn(key) {") :]
    quoted = set(re.findall(r'"([a-z]+|[?/])"', body[: body.index("get row()")]))
    assert {keys.lower() for keys in shortcuts.BUILT_IN} <= quoted
