"""What a browser may say of where its agent is."""

import pytest

from okienko.events import presence

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch):
    words = []
    monkeypatch.setattr(presence, "report", lambda *said: words.append(said))
    return words


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"state": "typing", "page": "k3x9", "turn": "7"}, 204),
        ({"state": "viewing"}, 204),
        ({"state": "sleeping"}, 400),
        ({}, 400),
        ({"state": "gone", "page": "two words", "turn": "1"}, 400),
        ({"state": "gone", "page": "k3x9", "turn": "-1"}, 400),
        ({"state": "gone", "page": "k3x9", "turn": "٣"}, 400),
    ],
)
def test_only_words_of_our_pages_are_passed_on(post, client, writer, conversation, told, said, status):
    client.force_login(writer)
    answer = client.post(f"/conversations/{conversation.number}/presence/", said)
    assert answer.status_code == status
    word = presence.Word(said.get("state", ""), said.get("page", "-"), int(said.get("turn", 0)))
    assert told == ([(f"conversation/{conversation.pk}", writer.pk, word)] if status == 204 else [])
