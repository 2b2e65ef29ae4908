"""The page of a letter: pictures only from where they may come, links that say where they lead."""

import time

import pytest
from django.http import HttpResponse
from django.utils import translation

from okienko.conversations import letter_page
from okienko.conversations.letter_page import letter
from okienko.ui.tests.pages import page

OWN = {"logo@x": "/files/token/logo.png"}
LINK = 'target="_blank" rel="noopener noreferrer nofollow"'


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def tree(html: str):
    return page(HttpResponse(html))


def proxied(address: str) -> str | None:
    return f"/ours/{address.rpartition('/')[2]}" if address.startswith("https://had.example/") else None


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("<a href='https://x.example/?a=1&amp;b'>a</a>", f'<a href="https://x.example/?a=1&amp;b" title="https://x.example/?a=1&amp;b" {LINK}>a</a>'),
        ("<a href='https://x.example/' title='bank.pl'>a</a>", f'<a href="https://x.example/" title="https://x.example/" {LINK}>a</a>'),
        ("<a href='#dol'>a</a><a name=dol>b</a>", '<a href="#dol">a</a><a name="dol">b</a>'),
        ("<a href='javascript:x'>a</a>", "<a>a</a>"),
        ("<a href='http://[bad'>a</a>", "<a>a</a>"),
        (
            "<a href='https://zly.example/'>bank.pl</a>!",
            (f'<a href="https://zly.example/" title="https://zly.example/ · its words name another address" {LINK}>bank.pl</a>'
            ' <span class="leads leads--away" title="https://zly.example/ · its words name another address">→ zly.example</span>!'),
        ),
        (
            "<a href='https://bit.ly/1'>a</a>",
            (f'<a href="https://bit.ly/1" title="https://bit.ly/1 · a shortened address: it does not say where it leads" {LINK}>a</a>'
            ' <span class="leads" title="https://bit.ly/1 · a shortened address: it does not say where it leads">→ bit.ly</span>'),
        ),
        ("<img src='cid:logo@x'>", '<img src="/files/token/logo.png" loading="lazy">'),
        ("<img src='CID:&lt;logo@x&gt;'>", '<img src="/files/token/logo.png" loading="lazy">'),
        ("<img src='cid:unknown'>", '<img loading="lazy">'),
        ("<img src='/files/token/logo.png'><img src='/account/sign-out/'><img src='x'>", '<img loading="lazy"><img loading="lazy"><img loading="lazy">'),
        ("<img src='data:image/png;base64,AAAA'>", '<img src="data:image/png;base64,AAAA" loading="lazy">'),
        ("<img src='data:image/svg+xml;base64,AAAA'><img src='data:text/html,x'>", '<img loading="lazy"><img loading="lazy">'),
        ("<img src='https://had.example/1.gif' alt='Logo'>", '<img src="/ours/1.gif" alt="Logo" loading="lazy">'),
        ("<img src='https://x.example/1.gif' alt='a\"b<c'>", '<img alt="a&quot;b&lt;c" loading="lazy">'),
        ("<img src='//had.example/2.gif'>", '<img src="/ours/2.gif" loading="lazy">'),
    ],
)  # fmt: skip
def test_what_is_written(given, written):
    assert tree(letter(given, OWN, proxied).body) == tree(written)


def test_without_permission_nothing_comes_from_elsewhere():
    body = letter("<img src='https://had.example/1.gif'><img src='cid:logo@x'>", OWN).body
    assert body == '<img loading="lazy"><img src="/files/token/logo.png" loading="lazy">'


def test_words_of_a_link_are_those_of_its_pictures_too():
    html = "<a href='https://zly.example'><b>Zobacz</b> <img alt='https://bank.pl' src='https://x.example/1'></a>"
    assert "→ zly.example" in letter(html, {}).body


def test_links_in_links_are_each_judged():
    html = "<a href='https://a.example'><table><tr><td><a href='https://b.example'>c.example</a></td></tr></table></a>"
    assert [each.words for each in tree(letter(html, {}).body).every("span")] == [
        "→ b.example",
        "→ a.example",
    ]


def test_a_letter_cannot_dress_up_as_us():
    body = letter("<span class='leads leads--away'>→ bank.pl</span>", {}).body
    assert body == "<span>→ bank.pl</span>"


PIXELS = [
    "<img src='https://x.example/{}' width=1 height=1>",
    "<img src='https://x.example/{}' width='1px' height=40>",
    "<img src='https://x.example/{}' height=0>",
    "<img src='https://x.example/{}' style='width:1px;height:1px'>",
    "<img src='https://x.example/{}' style='max-height: 0.5px !important'>",
    "<img src='https://x.example/{}' style='display: none'>",
]
PICTURES = [
    "<img src='https://x.example/{}'>",
    "<img src='https://x.example/{}' width='100%' height=200>",
    "<img src='https://x.example/{}' width='1%'>",
    "<img src='https://x.example/{}' style='width:200px'>",
]


def test_markers_are_counted_and_never_shown():
    html = "".join(each.format(number) for number, each in enumerate(PIXELS + PICTURES))
    found = letter(html, {}, lambda address: f"/ours/{address[-1]}")
    assert found.hidden == 6
    assert found.pictures == [f"https://x.example/{number}" for number in (6, 7, 8, 9)]
    shown = [each.attributes.get("src") for each in tree(found.body).every("img")]
    assert shown == [None] * 6 + ["/ours/6", "/ours/7", "/ours/8", "/ours/9"]


def test_the_same_picture_counts_once_and_there_is_an_end_to_them():
    html = "<img src='https://x.example/a'>" * 3 + "".join(
        f"<img src='https://x.example/{number}'>" for number in range(150)
    )
    assert len(letter(html, {}).pictures) == letter_page.MOST_PICTURES
    assert letter(f"<img src='https://x.example/{'a' * 3000}'>", {}).pictures == []


@pytest.mark.parametrize(
    "html",
    ["<div>" * 100_000 + "Ala", "<a href=https://x.example>Ala</a>" * 30_000, "<img src=https://x.example/a>" * 30_000 + "Ala"],
)  # fmt: skip
def test_what_cannot_be_laid_out_shows_its_words(html):
    begin = time.monotonic()
    found = letter(html, {})
    assert time.monotonic() - begin < 1.5
    assert (found.is_readable, "Ala" in found.body, "<div>" in found.body) == (False, True, False)


def test_the_page_itself():
    html = letter_page.page(letter("<p>Cześć</p>", {}), title="7<")
    assert html.startswith("<!doctype html>")
    assert tree(html).one("title").words == "7<"
    assert tree(html).one("body").words == "Cześć"
