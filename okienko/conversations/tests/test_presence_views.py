"""What a browser may say of where its agent is."""

import pytest

from okienko.events import presence

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(client, writer, conversation, monkeypatch):
    """said(words): the answer to what a browser says, and what was passed on of it."""
    client.force_login(writer)
    passed_on = []
    monkeypatch.setattr(presence, "report", lambda *words: passed_on.append(words))

    def asked(words: dict[str, str]):
        status = client.post(f"/conversations/{conversation.number}/presence/", words).status_code
        assert all(told[:2] == (f"conversation/{conversation.pk}", writer.pk) for told in passed_on)
        return status, [told[2] for told in passed_on]

    return asked


def test_words_of_our_pages_are_passed_on(said):
    assert said({"state": "typing", "page": "k3x9", "turn": "7"}) == (
        204,
        [presence.Word("typing", "k3x9", 7)],
    )


def test_a_page_of_an_older_version_says_no_turn(said):
    assert said({"state": "viewing"}) == (204, [presence.Word("viewing")])


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"state": "sleeping"},
        {"state": "gone", "page": "two words", "turn": "1"},
        {"state": "gone", "page": "k3x9", "turn": "-1"},
        {"state": "gone", "page": "k3x9", "turn": "\u0663"},
    ],
)
def test_other_words_are_refused(said, words):
    assert said(words) == (400, [])
