"""docs/roles.md is what `okienko roles` prints, and the list of words is complete."""

import re
from itertools import pairwise
from pathlib import Path

from okienko.accounts import roles
from okienko.accounts.management.commands.roles import document
from okienko.wiring import SETTINGS_PAGES
from tests.architecture.tree import ROOT, files

ASKED = re.compile(
    r"""(?:\bmay\(\s*|\|may:|with_word\(\s*|of_those_who\(\s*|permission=|\bWORD = )["']([a-z]+\.[a-z_]+)["']"""
)


def text_of(path: Path) -> str:
    return (ROOT / path).read_text()


def asked_for() -> set[str]:
    """Every permission word that code and templates ask for."""
    house = [path for path in files() if path.parts[0] == "okienko" and "tests" not in path.parts]
    return {
        word for path in house if path.suffix in {".py", ".html"} for word in ASKED.findall(text_of(path))
    }


def test_the_document_is_made_from_the_code():
    assert text_of(Path("docs/roles.md")) == document()


def test_every_word_that_is_asked_for_exists():
    assert asked_for() - set(roles.ALL) == set()
    assert {page.permission for page in SETTINGS_PAGES if page.permission} - set(roles.ALL) == set()


def test_the_search_for_words_finds_some():
    assert {"conversations.read", "personal.see", "people.manage", "status.see"} <= asked_for()


def test_an_owner_holds_every_word():
    assert set(roles.ALL) == roles.OWNER


def test_each_role_holds_what_its_words_need():
    every = [*roles.WORDS.values(), *[template.words for template in roles.TEMPLATES]]
    assert [words for words in every if words != roles.complete(words)] == []


def test_each_role_holds_all_of_the_one_before():
    held = list(roles.WORDS.values())
    assert all(one < other for one, other in pairwise(held))


def test_templates_see_no_personal_data_and_change_nothing():
    for template in roles.TEMPLATES:
        assert template.words.isdisjoint({"personal.see", "raw.see", "conversations.work"}), template.name


def test_unknown_words_of_another_version_mean_nothing():
    assert roles.complete(["conversations.read", "no.such"]) == {"conversations.read"}
    assert roles.complete(["raw.see"]) == {"raw.see", "personal.see", "files.see"}
