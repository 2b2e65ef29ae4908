import re
from pathlib import Path

import pytest

from okienko.ui import gallery_views
from okienko.ui.tests.pages import page

COMPONENTS = Path(__file__).parent.parent / "static/ui/css/components"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SELECTORS = re.compile(r"([^{};]+)\{")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _developing(settings):
    settings.DEBUG = True


def classes_of(sheet: str) -> set[str]:
    """The classes that a style sheet speaks of. Those of a screen (`desk__…`) are no component's."""
    return {
        name
        for each in SELECTORS.findall(COMMENT.sub("", sheet))
        for name in re.findall(r"\.(?!desk__)([a-z][\w-]*)", each)
    }


def shown(client, **choices) -> set[str]:
    every = page(client.get("/ui/", choices)).every()
    return {name for element in every for name in element.attributes.get("class", "").split()}


def test_every_component_has_an_example(client):
    examples = shown(client)
    missing = {
        sheet.name: sorted(classes_of(sheet.read_text()) - examples)
        for sheet in sorted(COMPONENTS.glob("*.css"))
    }
    assert {name: classes for name, classes in missing.items() if classes} == {}


def test_classes_of_a_style_sheet_are_seen():
    sheet = "/* .not */ @layer x { .a:not(.b) > .c__d, & .e--f { color: var(--g); inset: .5em } @media (x > 1.5rem) { .h .desk__i {} } }"
    assert classes_of(sheet) == {"a", "b", "c__d", "e--f", "h"}


def test_examples_speak_both_languages_and_stand_in_both_themes_and_densities(client):
    polish, english = (page(client.get("/ui/", {"language": code})) for code in ("pl", "en"))
    assert [one.one("html").attributes["lang"] for one in (polish, english)] == ["pl", "en"]
    words = [one.every("button", cls="button--primary")[0].words for one in (polish, english)]
    assert words == ["Wyślij", "Send"]
    themes = [each.attributes["data-theme"] for each in polish.every(cls="exhibit__theme")]
    assert themes == ["light", "dark"] * len(gallery_views.SECTIONS)
    compact = page(client.get("/ui/", {"density": "compact"}))
    assert [one.one("main").attributes["data-density"] for one in (polish, compact)] == [
        "comfortable",
        "compact",
    ]


def test_what_the_address_asks_for_and_nobody_offers_is_as_if_not_asked(client):
    strange = page(client.get("/ui/", {"density": "'><script>", "language": "xx"}))
    assert (strange.one("main").attributes["data-density"], strange.one("html").attributes["lang"]) == (
        "comfortable",
        "pl",
    )


def test_every_icon_of_the_style_sheet_is_shown(client):
    sheet = (COMPONENTS / "icon.css").read_text()
    named = set(re.findall(r"\.icon--([\w-]+)", sheet)) - {"tiny", "small", "large"}
    assert set(gallery_views.icons()) == named
    assert len(named) > 80


def test_ids_on_the_page_are_there_once(client):
    ids = [each.attributes["id"] for each in page(client.get("/ui/")).every() if "id" in each.attributes]
    assert sorted(ids) == sorted(set(ids))


def test_it_is_for_those_who_develop(client, settings):
    settings.DEBUG = False
    assert client.get("/ui/").status_code == 404
