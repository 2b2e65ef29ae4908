"""Answers, notes and subjects through the page: whom they go to, and what stops them."""

import pytest

from okienko.accounts.models import Agent, Role
from okienko.conversations import operations
from okienko.conversations.models import Conversation
from okienko.events.models import Event
from okienko.inboxes.channel import Party
from okienko.inboxes.channel import Role as Part
from okienko.inboxes.models import Signature
from okienko.ui.tests.pages import page

HTMX = {"HX-Request": "true"}
ADAM = Party("email", "adam@klient.example", name="Adam")


@pytest.fixture
def conversation(cast):
    return cast.conversation(minutes_ago=60)


@pytest.fixture
def base(conversation):
    return f"/conversations/{conversation.number}/"


def ours(conversation) -> list[str]:
    return list(
        conversation.messages.filter(direction="out", agent__name="Anna").values_list("text", flat=True)
    )


def newest(conversation) -> int:
    return conversation.messages.latest("pk").pk


def test_a_colleague_s_answer_that_was_not_seen_stops_the_next_one_once(anna, cast, conversation, base):
    seen = newest(conversation)
    operations.reply(conversation, text="Już jedzie.", agent=cast.bartek)
    form = {"text": "Jutro.", "seen": seen}
    refused = anna.post(f"{base}replies/", form, headers=HTMX)
    warning = page(refused).one(id="composer-error")
    assert (refused.status_code, ours(conversation)) == (409, [])
    assert warning.words == (
        "Przed chwilą poszła już odpowiedź: Bartek. Najpierw ją przeczytaj, potem zdecyduj o swojej. Wyślij mimo to"
    )
    button = warning.one("button").attributes
    assert (button["name"], button["value"], button["formaction"]) == (
        "anyway",
        "send",
        f"{base}replies/?queue=open",
    )
    assert anna.post(f"{base}replies/", form | {"anyway": "send"}, headers=HTMX).status_code == 200
    assert ours(conversation) == ["Jutro."]


def test_without_a_script_the_same_question_keeps_the_text(anna, cast, conversation, base):
    seen = newest(conversation)
    operations.reply(conversation, text="Już jedzie.", agent=cast.bartek)
    refused = page(anna.post(f"{base}replies/", {"text": "Jutro.", "seen": seen, "then": "resolve"}))
    form = refused.one("form", id="composer")
    assert (form.one("textarea").words, form.one(name="anyway").attributes["value"]) == ("Jutro.", "resolve")
    assert form.one(name="seen").attributes["value"] == str(newest(conversation))


@pytest.mark.parametrize("what", ["note", "own", "letter", "talk", "seen"])
def test_nothing_else_stops_an_answer(anna, cast, conversation, base, what):
    seen = newest(conversation)
    if what == "note":
        operations.note(conversation, text="Zadzwonię.", agent=cast.bartek)
    elif what == "own":
        operations.reply(conversation, text="Zaraz.", agent=cast.anna)
    elif what == "letter":
        cast.letter(in_reply_to=("letter-1@klient.example",), text="Halo?")
    elif what == "talk":
        reply = operations.reply(conversation, text="Rozmawialiśmy.", agent=cast.bartek)
        reply.kind = "call"
        reply.save(update_fields=["kind"])
    else:
        operations.reply(conversation, text="Już jedzie.", agent=cast.bartek)
        seen = newest(conversation)
    assert anna.post(f"{base}replies/", {"text": "Jutro.", "seen": seen}, headers=HTMX).status_code == 200


def test_a_note_is_never_stopped(anna, cast, conversation, base):
    seen = newest(conversation)
    operations.reply(conversation, text="Już jedzie.", agent=cast.bartek)
    form = {"text": "Widzę.", "seen": seen, "kind": "note"}
    assert anna.post(f"{base}replies/", form, headers=HTMX).status_code == 200


def test_sent_and_settled_at_once(anna, conversation, base):
    anna.post(f"{base}replies/", {"text": "Gotowe.", "then": "resolve"})
    conversation.refresh_from_db()
    assert (conversation.status, conversation.waiting_since) == ("resolved", None)
    kinds = [
        event.type
        for event in Event.objects.filter(subject_id=conversation.pk, actor_type="agent").order_by("pk")
    ]
    assert kinds == ["conversation.reply_written", "conversation.resolved"]
    assert [bool(each.resolved_at and each.first_reply_at) for each in conversation.episodes.all()] == [True]


def other_letter(cast, conversation):
    """Adam, whom we once wrote to, asks something; then Zofia writes again."""
    first = operations.reply(conversation, text="Dzień dobry.", agent=cast.anna)
    copy = Party("email", "ula@klient.example", role=Part.CC)
    to = Party("email", "sklep@ziarno.example", role=Part.TO)
    adam = cast.letter(
        sender=ADAM, in_reply_to=(first.external_id,), recipients=(to, copy), minutes_ago=30, text="A ja?"
    )
    conversation.participants.filter(identity=adam.sender).update(role="copied")
    cast.letter(in_reply_to=(first.external_id,), minutes_ago=10)
    return adam


def test_a_chosen_letter_is_answered_and_not_the_last(anna, cast, conversation, base):
    adam = other_letter(cast, conversation)
    told = page(anna.get(f"{base}addressees/?answers={adam.pk}")).words
    assert told == "Do: adam@klient.example ; DW: ula@klient.example"
    anna.post(f"{base}replies/", {"text": "Też jedzie.", "answers": adam.pk})
    sent = conversation.messages.latest("pk")
    assert sent.answered == adam
    assert [(each.role, each.address) for each in sent.recipients.all()] == [
        ("to", "adam@klient.example"), ("cc", "ula@klient.example"),
    ]  # fmt: skip


def test_without_a_choice_the_last_is_answered(anna, cast, conversation, base):
    other_letter(cast, conversation)
    anna.post(f"{base}replies/", {"text": "Jedzie.", "answers": 0})
    assert [each.address for each in conversation.messages.latest("pk").recipients.all()] == [
        "zofia@klient.example"
    ]


@pytest.mark.parametrize("which", ["elsewhere", "ours", "bounce", "nothing"])
def test_what_cannot_be_answered_here_goes_to_nobody_else(anna, cast, conversation, base, which):
    pk = {
        "elsewhere": lambda: cast.conversation(sender=ADAM).last_message_id,
        "ours": lambda: operations.reply(conversation, text="x", agent=cast.bartek).pk,
        "bounce": lambda: cast.letter(automatic="bounce", in_reply_to=("letter-1@klient.example",)).pk,
        "nothing": lambda: 999_999,
    }[which]()
    refused = anna.post(f"{base}replies/", {"text": "Hej", "answers": pk}, headers=HTMX)
    words = "Listu, na który odpowiadasz, nie ma już w tej sprawie. Wybierz inny albo odpowiedz na ostatni."
    assert (refused.status_code, page(refused).one(id="composer-error").words) == (422, words)
    assert page(anna.get(f"{base}addressees/?answers={pk}")).words == words
    assert ours(conversation) == []


def test_the_page_says_which_letter_is_answered_and_forgets_it_after_sending(anna, cast, conversation, base):
    adam = other_letter(cast, conversation)
    shown = page(anna.get(f"{base}?answers={adam.pk}"))
    assert shown.one(id=f"answered-{adam.pk}").one("bdi").words == "Adam"
    assert shown.one("form", id="composer").one(id="answers").attributes["value"] == str(adam.pk)
    sent = anna.post(f"{base}replies/", {"text": "Też jedzie.", "answers": adam.pk}, headers=HTMX)
    assert page(sent).one(id="answers").attributes["value"] == "0"


def test_the_signature_is_shown_before_it_is_sent(anna, cast, conversation, base):
    Signature.objects.create(agent=cast.anna, brand=cast.shop.brand, text="Anna\nZiarno i Glina")
    assert (
        page(anna.get(f"{base}addressees/")).one(cls="composer__signature").words
        == "z podpisem: Anna · Ziarno i Glina"
    )


def test_another_subject(anna, cast, conversation, base):
    response = anna.post(f"{base}subject/", {"subject": "  Paczka\r\n zaginęła "})
    conversation.refresh_from_db()
    assert (response.status_code, conversation.subject) == (303, "Paczka zaginęła")
    event = Event.objects.latest("pk")
    assert (event.type, event.data) == ("conversation.renamed", {"conversation_id": conversation.pk})
    anna.post(f"{base}subject/", {"subject": "Paczka zaginęła"})
    assert Event.objects.latest("pk") == event
    assert page(anna.get(base)).one(id=f"event-{event.pk}").every("span")[0].words == "Zmieniono temat"


@pytest.mark.parametrize(("subject", "words"), [(" ", "O czym to jest? Wpisz kilka słów."), ("x" * 251, "")])
def test_a_subject_says_something(anna, conversation, base, subject, words):
    refused = anna.post(f"{base}subject/", {"subject": subject}, headers=HTMX)
    assert refused.status_code == 422
    assert page(refused).one(id="composer-error").words.startswith(words)
    assert Conversation.objects.get().subject == "Gdzie jest moja paczka?"


def test_who_sees_parts_hidden_does_not_write_over_them(anna, cast, conversation, base):
    words = ["conversations.read", "conversations.work"]
    Agent.objects.filter(pk=cast.anna.pk).update(
        custom_role=Role.objects.create(name="Bez danych", words=words)
    )
    assert page(anna.get(base)).every(id="head-rename") == []
    assert anna.post(f"{base}subject/", {"subject": "Nowy"}).status_code == 403


def test_a_line_in_the_address_keeps_the_same_part_on_the_page(anna, cast, conversation, base):
    for number in range(3):
        operations.note(conversation, text=f"notatka {number}", agent=cast.bartek)
    state = {
        "shown": 2,
        "since": conversation.messages.first().pk,
        "opened": newest(conversation),
        "answers": 0,
    }
    answer = page(anna.post(f"{base}notes/", {"text": "Jeszcze.", **state}, headers=HTMX))
    assert [each.words for each in answer.one(id="messages").every(cls="prose")] == ["notatka 2", "Jeszcze."]
    kept = {
        each.attributes["name"]: each.attributes["value"]
        for each in answer.one(id="page-state").every("input")
    }
    assert kept == {name: str(value) for name, value in state.items()}
