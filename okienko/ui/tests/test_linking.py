"""Addresses in plain text become links that say where they lead."""

import time

import pytest
from django.http import HttpResponse
from django.utils import translation

from okienko.ui.linking import linked
from okienko.ui.tests.pages import page


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def links(text: str) -> list[tuple[str, str]]:
    return [(each.attributes["href"], each.words) for each in page(HttpResponse(linked(text))).every("a")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bez adresu", []),
        ("zob. https://sklep.example/a?b=1&c=2.", [("https://sklep.example/a?b=1&c=2", "https://sklep.example/a?b=1&c=2")]),
        ("(https://a.example/x_(y))", [("https://a.example/x_(y)", "https://a.example/x_(y)")]),
        ("www.a.example, b.pl/c; d@e.example!", [("http://www.a.example", "www.a.example"), ("http://b.pl/c", "b.pl/c"), ("mailto:d@e.example", "d@e.example")]),
        ("[bank.pl](https://zly.example/x)", [("http://bank.pl", "bank.pl"), ("https://zly.example/x", "https://zly.example/x")]),
        ("javascript:alert(1)//www", []),
        ("<https://a.example>", [("https://a.example", "https://a.example")]),
    ],
)  # fmt: skip
def test_addresses_become_links(text, found):
    assert links(text) == found


def test_what_a_link_says():
    assert linked("a <b> https://a.example/?x=1&y=2") == (
        'a &lt;b&gt; <a href="https://a.example/?x=1&amp;y=2" title="https://a.example/?x=1&amp;y=2" target="_blank" '
        'rel="noopener noreferrer nofollow">https://a.example/?x=1&amp;y=2</a>'
    )


def test_doubtful_ones_are_marked():
    assert linked("https://bit.ly/1").endswith(
        '</a> <span class="leads" title="https://bit.ly/1 · a shortened address: it does not say where it leads">→ bit.ly</span>'
    )


@pytest.mark.parametrize(
    "text", ["a." * 50_000, "a@" * 50_000, "www." * 30_000, "https://" * 20_000, "x.pl " * 5_000]
)
def test_texts_without_end_take_no_time(text):
    begin = time.monotonic()
    linked(text)
    assert time.monotonic() - begin < 1.5
