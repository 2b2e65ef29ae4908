"""A stranger's HTML can show words and its own pictures, and nothing else."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.http import HttpResponse

from okienko.conversations.cleaning import clean
from okienko.ui.tests.pages import page

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "security"
PICTURES = {"logo@x": "/files/token/logo.png"}


def tree(html: str):
    """Tags, attributes and words; the order of attributes means nothing."""
    return page(HttpResponse(html))


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("<b>Cześć</b>", "<b>Cześć</b>"),
        ("<script>x()</script>a", "a"),
        ("<style>p{}</style>a", "a"),
        ("<p onclick='x()'>a</p>", "<p>a</p>"),
        ("<form action='/account/sign-out/'><button>a</button></form>", "a"),
        ("<iframe src='https://x.example'></iframe>a", "a"),
        ("<svg><script>x</script></svg>a", "a"),
        ("<a href='javascript:x()'>a</a>", '<a target="_blank" rel="noopener noreferrer nofollow">a</a>'),
        ("<a href='/account/'>a</a>", '<a target="_blank" rel="noopener noreferrer nofollow">a</a>'),
        (
            "<a href='https://x.example/'>a</a>",
            '<a href="https://x.example/" target="_blank" rel="noopener noreferrer nofollow">a</a>',
        ),
        ("<img src='https://x.example/1.gif' alt='Logo'>", '<img alt="Logo" loading="lazy">'),
        ("<img src='//x.example/1.gif'>", '<img loading="lazy">'),
        ("<img src='/account/sign-out/'>", '<img loading="lazy">'),
        ("<img src='cid:logo@x'>", '<img src="/files/token/logo.png" loading="lazy">'),
        ("<img src='cid:unknown'>", '<img loading="lazy">'),
        ("<img src='data:image/png;base64,AAAA'>", '<img src="data:image/png;base64,AAAA" loading="lazy">'),
        ("<img src='data:image/svg+xml;base64,AAAA'>", '<img loading="lazy">'),
        ("<a href='data:text/html,x'>a</a>", '<a target="_blank" rel="noopener noreferrer nofollow">a</a>'),
        ("<p style='color:red'>a</p>", '<p style="color:red">a</p>'),
        ("<p style='position:fixed;color:red'>a</p>", '<p style="color:red">a</p>'),
        ("<p style='background:url(https://x.example/1.gif)'>a</p>", "<p>a</p>"),
        ("<p style='background-color:u\\72l(https://x.example)'>a</p>", "<p>a</p>"),
        ("<base href='https://x.example/'><meta http-equiv=refresh content='0;url=https://x.example'>a", "a"),
        ("<td background='https://x.example/1.gif'>a</td>", "a"),
        ("<!-- x -->a", "a"),
    ],
)
def test_what_is_left(given, cleaned):
    assert tree(clean(given, PICTURES)) == tree(cleaned)


RUNS = re.compile(r"^\s*(?:javascript|vbscript|data):", re.IGNORECASE)


LEADS = {"href", "src", "action", "formaction", "background", "poster", "srcset", "xlink:href", "data"}


class Dangers(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in {
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
            "meta",
            "link",
            "base",
            "svg",
        }:
            self.found.append(tag)
        for name, value in attrs:
            is_picture = tag == "img" and name == "src" and (value or "").startswith("data:image/")
            runs = name in LEADS and RUNS.match(value or "") and not is_picture
            if name.startswith("on") or runs:
                self.found.append(f"{tag} {name}={value}")


def known_attacks() -> list[str]:
    file = SHARED / "dompurify-payloads.json"
    if not file.is_file():
        return []
    return [each["payload"] for each in json.loads(file.read_text()) if "payload" in each]


def test_known_attacks_come_to_nothing():
    attacks = known_attacks()
    if not attacks:
        pytest.skip("the collection of attacks does not lie beside the project")
    dangers = {}
    for attack in attacks:
        reader = Dangers()
        reader.feed(clean(attack, PICTURES))
        if reader.found:
            dangers[attack] = reader.found
    assert len(attacks) > 50
    assert dangers == {}
