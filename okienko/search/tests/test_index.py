from datetime import UTC, datetime

import pytest

from okienko.search import index
from okienko.search.models import Searchable

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, tzinfo=UTC)


def add(ref_id: int, text: str):
    index.write(kind="message", ref_id=ref_id, text=text, at=AT.replace(day=ref_id))


def hits(query: str) -> list[int]:
    return [hit.ref_id for hit in index.found(query)]


def test_all_words_must_be_there_newest_first():
    add(1, "Reklamacja kubka: pęknięte ucho")
    add(2, "Reklamacje kubków i talerzy")
    add(3, "Zwrot czajnika")

    assert hits("reklamacja kubek") == [2, 1]
    assert hits("reklamacja czajnik") == []
    assert hits("") == []


@pytest.mark.parametrize("query", ["501502503", "501 502 503", "502"])
def test_numbers_are_found_with_and_without_gaps(query):
    add(1, "mój telefon 501 502 503")

    assert hits(query) == [1]


def test_what_is_rewritten_or_removed_is_not_found_any_more():
    add(1, "filiżanka")
    index.rewrite(kind="message", ref_id=1, text="talerz")
    assert (hits("filiżanka"), hits("talerz")) == ([], [1])

    index.remove(kind="message", ref_ids=[1])
    assert hits("talerz") == []
    assert not Searchable.objects.exists()


@pytest.mark.parametrize("query", ['"', "a AND", "NEAR(", "* OR *", "';--", "!&|", "\x00", "(" * 600])
def test_hostile_queries_are_only_words(query):
    add(1, "talerz")
    hits(query)


def test_a_huge_text_is_found_by_its_beginning():
    add(1, "porcelana " + "słowo123 " * 200_000)

    assert hits("porcelana") == [1]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("gąs", [2, 1]),
        ("GASIOR", [2, 1]),
        ("zof gąs", [1]),
        ("zofia@kl", [1]),
        ("501 5", [2]),
        ("ofia", []),
        ("zofia kowal", []),
        ('" OR *', []),
        ("'", []),
        ("", []),
    ],
)
def test_what_is_being_typed_is_found_by_its_beginnings(typed, found):
    add(1, "Zofia Gąsiorowska\nzofia@klient.example")
    add(2, "Adam Gąsior +48 501 502 503")
    assert [hit.ref_id for hit in index.beginning(typed, kinds=("message",))] == found
    assert list(index.beginning(typed, kinds=("contact",))) == []
