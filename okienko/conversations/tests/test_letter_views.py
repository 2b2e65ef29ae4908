"""What belongs to one message, and to whom it is shown."""

import pytest

from okienko.conversations.models import Conversation
from okienko.conversations.tests.desk_cast import picture
from okienko.files import links, store
from okienko.inboxes.channel import InboundFile
from okienko.ui.tests.pages import page

PARTS = ["text/", "body/", "layout/", "original/", "files/", "files/1/", "files/1/look/", "files/1/thumb/"]


def at(message, part: str) -> str:
    return f"/conversations/messages/{message.pk}/{part}"


@pytest.mark.parametrize("part", PARTS)
def test_of_a_closed_conversation_nothing_is_shown(cast, anna, part):
    letter = cast.letter(cast.books, html="<p>Tajne</p>", files=(picture(),))
    assert anna.get(at(letter, part)).status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_strangers_see_nothing(cast, client, part):
    assert client.get(at(cast.letter(), part)).status_code == 302


def test_the_whole_text(cast, anna):
    letter = cast.letter(text="Nowe.\n\n> stare")
    assert page(anna.get(at(letter, "text/"))).one(cls="prose").words == "Nowe. > stare"
    fragment = anna.get(at(letter, "text/"), headers={"HX-Request": "true"})
    assert (
        fragment.content.decode().strip()
        == '<div class="prose" dir="auto"><p>Nowe.</p>\n\n<p>&gt; stare</p></div>'
    )


def test_the_page_of_a_letter_may_do_nothing(cast, anna):
    letter = cast.letter(html="<script>x()</script><b>Cześć</b>")
    response = anna.get(at(letter, "body/"))
    assert page(response).one("body").words == "Cześć"
    assert response["Content-Security-Policy"] == (
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
        "style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def test_a_letter_without_layout_has_no_such_page(cast, anna):
    assert anna.get(at(cast.letter(), "body/")).status_code == 404


def test_pictures_inside_the_letter_are_shown(cast, anna):
    inside = InboundFile("logo.png", "image/png", picture().data, content_id="logo@x", inline=True)
    letter = cast.letter(
        html='<img src="cid:logo@x"><img src="https://szpieg.example/1.gif">', files=(inside,)
    )
    images = page(anna.get(at(letter, "body/"))).every("img")
    ours, spy = [image.attributes.get("src", "") for image in images]
    assert spy == ""
    assert links.opened(ours.split("/")[2])[1:] == ("logo.png", "image/png", True)


def test_a_file_of_another_message_is_not_found(cast, anna):
    closed, mine = cast.letter(cast.books, files=(picture(),)), cast.letter()
    assert anna.get(at(mine, f"files/{closed.attachments.get().pk}/")).status_code == 404


def test_the_raw_letter_is_for_few(cast, client):
    letter = cast.letter()
    letter.raw = store.store(b"From: x\r\n\r\ny")
    letter.save()
    answers = {}
    for agent in (cast.anna, cast.celina):
        client.force_login(agent)
        answers[agent.name] = client.get(at(letter, "original/"))
    assert answers["Anna"].status_code == 403
    assert links.opened(answers["Celina"]["Location"].split("/")[2])[1:] == (
        f"{letter.pk}.eml",
        "text/plain",
        False,
    )


def test_what_was_never_raw_is_not_found(cast, client):
    client.force_login(cast.celina)
    assert client.get(at(cast.letter(), "original/")).status_code == 404


@pytest.mark.parametrize("part", [part for part in PARTS if "1" not in part])
def test_only_reading(cast, anna, part):
    assert anna.post(at(cast.letter(), part)).status_code == 405


def test_sending_again_is_a_change(cast, anna):
    assert anna.get(at(cast.letter(), "delivery/")).status_code == 405
    closed = cast.letter(cast.books)
    assert anna.post(at(closed, "delivery/")).status_code == 404
    assert Conversation.objects.count() == 2
