"""What an agent does to a conversation through the page: once, by whom, and with which answer."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from okienko.accounts.models import Agent
from okienko.conversations import forms, operations
from okienko.conversations.models import Delivery
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.inboxes.channel import Party
from okienko.ui.tests.pages import page

HTMX = {"HX-Request": "true"}


@pytest.fixture
def conversation(cast):
    return cast.conversation()


@pytest.fixture
def base(conversation):
    return f"/conversations/{conversation.number}/"


def ours(conversation) -> list[tuple[str, str]]:
    return list(conversation.messages.filter(direction="out").values_list("audience", "text"))


def test_a_reply_without_a_script_leads_back_to_the_page(anna, conversation, base):
    response = anna.post(f"{base}replies/", {"text": " Już\r\njedzie.\n"})
    assert (response.status_code, response["Location"]) == (303, base)
    assert ours(conversation) == [("customer", "Już\njedzie.")]
    conversation.refresh_from_db()
    assert conversation.status == "waiting"


def test_a_reply_by_script_answers_with_the_regions(anna, conversation, base):
    response = anna.post(f"{base}replies/", {"text": "Już jedzie."}, headers=HTMX)
    assert response.status_code == 200
    regions = [each.attributes["id"] for each in page(response).pieces if not isinstance(each, str)]
    assert regions == [
        "case-head", "case-standing", "messages", "case-facts", "page-state", "composer-route", "composer-error",
    ]  # fmt: skip
    assert len(page(response).one(id="messages").every(cls="message--ours")) == 1
    assert len(response["Next-Token"]) == 36


def test_a_note_goes_nowhere(anna, conversation, base):
    anna.post(f"{base}notes/", {"text": "Nie mówmy jej."})
    assert ours(conversation) == [("internal", "Nie mówmy jej.")]
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("kind", ["replies", "notes"])
def test_what_was_meant_as_a_note_never_leaves_by_any_address(anna, conversation, base, kind):
    anna.post(f"{base}{kind}/", {"text": "Nie mówmy jej.", "kind": "note"})
    assert ours(conversation) == [("internal", "Nie mówmy jej.")]
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("kind", ["replies", "notes"])
def test_an_empty_text_is_refused_in_words(anna, conversation, base, kind):
    response = anna.post(f"{base}{kind}/", {"text": "  \n "}, headers=HTMX)
    assert response.status_code == 422
    words = page(response).one(id="composer-error").words
    assert words == "Nie ma jeszcze czego wysłać. Napisz najpierw kilka słów."
    assert ours(conversation) == []


def test_without_a_script_a_refused_text_is_not_lost(anna, base):
    response = anna.post(f"{base}notes/", {"text": "x" * (forms.LONGEST + 1)})
    assert response.status_code == 422
    assert len(page(response).one("textarea").words) == forms.LONGEST + 1


def test_nobody_to_answer(anna, cast):
    machine = cast.conversation(sender=Party("email", "", name="Nikt"), subject="Newsletter")
    response = anna.post(f"/conversations/{machine.number}/replies/", {"text": "Halo?"}, headers=HTMX)
    assert response.status_code == 422
    assert page(response).one(id="composer-error").words == (
        "Nie znamy adresu e-mail tej osoby, więc nie ma dokąd napisać. Dopisz adres w danych kontaktu, a odpowiesz stąd."
    )


@pytest.mark.parametrize("kind", ["replies", "notes"])
def test_a_double_click_sends_once(anna, conversation, base, kind):
    form = {"text": "Już jedzie.", "token": str(uuid4())}
    answers = [anna.post(f"{base}{kind}/", form).status_code for _ in range(3)]
    assert answers == [303, 303, 303]
    assert len(ours(conversation)) == 1


def test_a_form_that_was_refused_may_be_sent_again(anna, conversation, base):
    token = str(uuid4())
    anna.post(f"{base}notes/", {"text": "", "token": token})
    anna.post(f"{base}notes/", {"text": "Teraz.", "token": token})
    assert len(ours(conversation)) == 1


def test_files_go_along(anna, conversation, base):
    files = [
        SimpleUploadedFile("etykieta.pdf", b"%PDF-1", "application/pdf"),
        SimpleUploadedFile("pusty.txt", b""),
    ]
    anna.post(f"{base}replies/", {"text": "W załączeniu.", "files": files})
    sent = conversation.messages.get(direction="out")
    kept = [(file.name, file.blob.content_type, file.blob.read()) for file in sent.attachments.all()]
    assert kept == [("etykieta.pdf", "application/pdf", b"%PDF-1"), ("pusty.txt", "text/plain", b"")]


def test_too_much_at_once_is_refused(anna, conversation, base, monkeypatch):
    monkeypatch.setattr(forms, "MOST_BYTES", 5)
    files = [SimpleUploadedFile("a.txt", b"abc"), SimpleUploadedFile("b.txt", b"abc")]
    response = anna.post(f"{base}replies/", {"text": "Proszę.", "files": files}, headers=HTMX)
    assert response.status_code == 422
    assert page(response).one(id="composer-error").words == (
        "Pliki mają razem ponad 20 MB. Wyślij mniej naraz."
    )


def test_resolved_and_opened_again(anna, conversation, base):
    states = []
    for form in ({}, {"_method": "DELETE"}):
        anna.post(f"{base}resolution/", form)
        conversation.refresh_from_db()
        states.append(conversation.status)
    anna.post(f"{base}resolution/")
    anna.delete(f"{base}resolution/")
    conversation.refresh_from_db()
    assert [*states, conversation.status] == ["resolved", "open", "open"]


def test_given_to_a_colleague_to_a_team_and_to_nobody(anna, cast, conversation, base):
    held = []
    for to in (f"agent:{cast.anna.pk}", "", f"agent:{cast.bartek.pk}"):
        anna.post(f"{base}assignment/", {"to": to})
        conversation.refresh_from_db()
        held.append(conversation.assignee)
    assert held == [cast.anna, None, cast.bartek]


def test_what_belongs_to_somebody_else_is_handed_on_by_those_who_redistribute(
    anna, cast, client, conversation, base
):
    operations.assign(conversation, cast.bartek, actor=Actor.agent(cast.bartek))
    form = {"to": f"agent:{cast.anna.pk}"}
    answers = [anna.post(f"{base}assignment/", form), anna.delete(f"{base}assignment/")]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert page(anna.get(base)).every(id="assignee-menu") == []
    assert page(anna.get(base)).one(id="head-assignee").words == "B Zajmuje się: Bartek"
    Agent.objects.filter(pk=cast.anna.pk).update(role=Agent.Role.LEAD)
    assert anna.post(f"{base}assignment/", form).status_code == 303
    conversation.refresh_from_db()
    assert conversation.assignee == cast.anna


def test_what_goes_to_a_closed_team_is_gone_from_this_screen(anna, cast, conversation, base):
    response = anna.post(f"{base}assignment/", {"to": f"team:{cast.bookkeeping.pk}"}, headers=HTMX)
    assert response["HX-Redirect"] == "/conversations/"
    assert anna.get(base).status_code == 404


@pytest.mark.parametrize("to", ["agent:999999", "agent:x", "team:", "robot:1"])
def test_nonsense_is_nobody_to_give_it_to(anna, conversation, base, to):
    assert anna.post(f"{base}assignment/", {"to": to}, headers=HTMX).status_code == 422


def test_who_left_gets_nothing_more(anna, cast, base):
    cast.bartek.is_active = False
    cast.bartek.save()
    response = anna.post(f"{base}assignment/", {"to": f"agent:{cast.bartek.pk}"}, headers=HTMX)
    assert response.status_code == 422


def test_tags_come_and_go(anna, conversation, base):
    anna.post(f"{base}tags/", {"name": " zwrot "})
    tag = conversation.tags.get()
    response = anna.post(f"{base}tags/", {"tag": tag.pk, "_method": "DELETE"})
    assert (tag.name, response.status_code, conversation.tags.count()) == ("zwrot", 303, 0)
    answers = [
        anna.post(f"{base}tags/", form, headers=HTMX).status_code
        for form in ({"name": ""}, {"tag": "x", "_method": "DELETE"}, {"tag": "7", "_method": "DELETE"})
    ]
    assert answers == [422, 404, 404]


def test_reading_is_remembered_and_told_to_this_agent_alone(anna, cast, conversation, base):
    message = conversation.messages.get()
    assert anna.post(f"{base}reading/", {"up_to": message.pk}).status_code == 204
    read = conversation.reads.get()
    assert (read.agent, read.up_to) == (cast.anna, message.pk)
    last = Event.objects.latest("pk")
    assert (last.subject_type, last.subject_id) == ("agent", cast.anna.pk)
    other = cast.letter(cast.books)
    assert [anna.post(f"{base}reading/", {"up_to": up_to}).status_code for up_to in (other.pk, "x", "")] == [
        404
    ] * 3


def test_try_again(anna, cast, conversation):
    message = operations.reply(conversation, text="Jutro.", agent=cast.anna)
    Delivery.objects.update(state="failed", reason="550")
    response = anna.post(f"/conversations/messages/{message.pk}/delivery/")
    assert response.status_code == 303
    assert list(Delivery.objects.values_list("state", "attempts")) == [("queued", 0)]


CHANGES = ["replies/", "notes/", "resolution/", "assignment/", "tags/", "reading/"]


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_what_they_may_not_see(anna, cast, change):
    closed = cast.conversation(cast.books)
    before = Event.objects.count()
    form = {"text": "Halo", "name": "tag", "up_to": closed.last_message_id}
    assert anna.post(f"/conversations/{closed.number}/{change}", form).status_code == 404
    assert Event.objects.count() == before


@pytest.mark.parametrize("change", CHANGES)
def test_looking_changes_nothing(anna, base, change):
    assert anna.get(base + change).status_code == 405


@pytest.mark.parametrize("change", CHANGES)
def test_strangers_change_nothing(client, base, change):
    assert client.post(base + change, {"text": "Halo"}).status_code == 302


def test_a_change_is_the_doing_of_who_did_it(anna, cast, conversation, base):
    anna.post(f"{base}tags/", {"name": "zwrot"})
    assert Actor(Event.objects.latest("pk").actor_type, Event.objects.latest("pk").actor_id) == Actor.agent(
        cast.anna
    )
