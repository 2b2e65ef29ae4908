"""Who looked is on record: once an hour for each thing, and not for what merely stands on the page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from okienko.conversations import operations
from okienko.events.models import Event
from okienko.files import store
from okienko.files.tests.pictures import picture
from okienko.inboxes.channel import InboundFile
from okienko.inboxes.operations.signatures import set_signature


def looked() -> list[tuple[str, int | None]]:
    kinds = ("agent.opened_original", "agent.saved_file")
    rows = Event.objects.filter(type__in=kinds).order_by("pk")
    return [(event.type, event.data.get("attachment_id")) for event in rows]


@pytest.fixture
def letter(cast):
    photo = InboundFile("ucho.png", "image/png", picture("PNG"))
    return cast.letter(files=(photo, InboundFile("faktura.pdf", "application/pdf", b"%PDF-1.4 x")))


def address(letter, number: int) -> tuple[str, int]:
    file = letter.attachments.order_by("pk")[number]
    return f"/conversations/messages/{letter.pk}/files/{file.pk}/", file.pk


def test_a_file_is_noted_once_an_hour(letter, anna, cast):
    where, pk = address(letter, 1)
    for _ in range(3):
        assert anna.get(where).status_code == 302
    assert looked() == [("agent.saved_file", pk)]
    (event,) = Event.objects.filter(type="agent.saved_file")
    assert (event.actor_id, event.data["conversation_id"], event.data["message_id"]) == (
        cast.anna.pk, letter.conversation_id, letter.pk,
    )  # fmt: skip
    Event.objects.update(happened_at=timezone.now() - timedelta(minutes=61))
    anna.get(where)
    assert len(looked()) == 2


def test_everybody_and_each_file_on_their_own(letter, anna, cast, client):
    first, second = address(letter, 0), address(letter, 1)
    for where, _pk in (first, second):
        anna.get(where)
    client.force_login(cast.celina)
    client.get(second[0])
    assert [pk for _kind, pk in looked()] == [first[1], second[1], second[1]]


def test_pictures_on_the_page_are_part_of_it(letter, anna):
    (where, pk), (elsewhere, _) = address(letter, 0), address(letter, 1)
    for each in (where, elsewhere):
        anna.get(f"{each}thumb/")
    assert looked() == []
    anna.get(where)
    assert [pk for _kind, pk in looked()] == [pk]


def test_the_original_is_noted(letter, cast, client):
    letter.raw = store.store(b"From: x\r\n\r\nx")
    letter.save()
    client.force_login(cast.anna)
    where = f"/conversations/messages/{letter.pk}/original/"
    assert client.get(where).status_code == 403
    client.force_login(cast.celina)
    client.get(where)
    client.get(where)
    assert looked() == [("agent.opened_original", None)]


def test_an_answer_ends_with_the_signature_and_the_page_without(cast, anna):
    conversation = cast.conversation()
    set_signature(cast.anna, conversation.brand, "Anna\nZiarno i Glina")
    message = operations.reply(conversation, text="Wyślemy jutro.", agent=cast.anna)
    assert (message.text, message.visible_text) == (
        "Wyślemy jutro.\n\n-- \nAnna\nZiarno i Glina", "Wyślemy jutro.",
    )  # fmt: skip
    note = operations.note(conversation, text="Sprawdzić.", agent=cast.anna)
    assert note.text == "Sprawdzić."
