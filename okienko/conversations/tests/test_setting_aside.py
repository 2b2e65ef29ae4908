"""Spam and trash: out of the way, nothing lost, and back where it was."""

from datetime import timedelta

import pytest
from django.utils import timezone

from okienko.accounts.models import Agent
from okienko.conversations import operations
from okienko.conversations.models import Conversation
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.ui.tests.pages import page

HTMX = {"HX-Request": "true"}
ASIDE = {"spam": operations.mark_spam, "trashed": operations.trash}


@pytest.fixture
def conversation(cast):
    return cast.conversation(external_id="first@klient.example")


@pytest.fixture
def celina(cast):
    return Actor.agent(cast.celina)


def again(conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def state(conversation) -> str:
    return again(conversation).status


def further(cast, conversation, **more):
    """The same customer answers the letter they sent first."""
    letter = cast.letter(in_reply_to=("first@klient.example",), **more)
    assert letter.conversation_id == conversation.pk
    return letter


def happened() -> list[tuple[str, dict]]:
    words = ("marked_spam", "trashed", "restored", "reopened")
    events = Event.objects.filter(type__in=[f"conversation.{word}" for word in words])
    return [(event.type, event.data) for event in events.order_by("pk")]


@pytest.mark.parametrize("aside", ASIDE)
def test_aside_and_back_is_open_with_the_same_waiting_time(conversation, celina, aside):
    since = conversation.waiting_since
    ASIDE[aside](conversation, actor=celina)
    states = [state(conversation)]
    operations.restore(conversation, actor=celina)
    back = again(conversation)
    assert [*states, back.status, back.waiting_since] == [aside, "open", since]
    assert conversation.episodes.count() == 1


@pytest.mark.parametrize("aside", ASIDE)
def test_what_was_settled_comes_back_settled(conversation, celina, aside):
    operations.resolve(conversation, actor=celina)
    at = again(conversation).resolved_at
    ASIDE[aside](conversation, actor=celina)
    operations.restore(conversation, actor=celina)
    back = again(conversation)
    assert (back.status, back.resolved_at, back.waiting_since) == ("resolved", at, None)


def test_what_waited_for_the_customer_waits_for_them_again(cast, conversation, celina):
    operations.reply(conversation, text="Jutro.", agent=cast.anna)
    operations.trash(conversation, actor=celina)
    operations.restore(conversation, actor=celina)
    assert (state(conversation), again(conversation).waiting_since) == ("waiting", None)


def test_what_was_never_asked_comes_back_settled(cast, celina):
    newsletter = cast.conversation(automatic="list", subject="Newsletter")
    operations.mark_spam(newsletter, actor=celina)
    operations.restore(newsletter, actor=celina)
    assert (state(newsletter), again(newsletter).waiting_since) == ("resolved", None)


def test_letters_to_spam_neither_open_it_nor_wait(cast, conversation, celina):
    operations.resolve(conversation, actor=celina)
    operations.mark_spam(conversation, actor=celina)
    further(cast, conversation, minutes_ago=-1)
    assert (state(conversation), again(conversation).waiting_since) == ("spam", None)


def test_who_wrote_in_the_meantime_has_been_waiting_since_then(cast, conversation, celina):
    operations.resolve(conversation, actor=celina)
    operations.mark_spam(conversation, actor=celina)
    letters = [further(cast, conversation, minutes_ago=minutes) for minutes in (-1, -2)]
    operations.restore(conversation, actor=celina)
    back = again(conversation)
    assert (back.status, back.waiting_since, back.resolved_at) == ("open", letters[0].received_at, None)
    assert list(conversation.episodes.order_by("pk").values_list("resolved_at", flat=True))[1:] == [None]
    assert [kind for kind, _ in happened()] == [
        "conversation.marked_spam",
        "conversation.restored",
        "conversation.reopened",
    ]


def test_an_answer_before_it_was_spam_leaves_nobody_waiting_but_who_wrote_after_it(
    cast, conversation, celina
):
    operations.reply(conversation, text="Jutro.", agent=cast.anna)
    operations.mark_spam(conversation, actor=celina)
    late = further(cast, conversation, minutes_ago=-1)
    operations.note(conversation, text="Czy to na pewno spam?", agent=cast.anna)
    operations.restore(conversation, actor=celina)
    assert (state(conversation), again(conversation).waiting_since) == ("open", late.received_at)


def test_machines_that_wrote_in_the_meantime_wait_for_nothing(cast, conversation, celina):
    operations.resolve(conversation, actor=celina)
    operations.mark_spam(conversation, actor=celina)
    further(cast, conversation, minutes_ago=-1, automatic="reply")
    operations.restore(conversation, actor=celina)
    assert state(conversation) == "resolved"


def test_a_letter_to_the_trash_brings_it_back(cast, conversation, celina):
    operations.resolve(conversation, actor=celina)
    operations.trash(conversation, actor=celina)
    letter = further(cast, conversation, minutes_ago=-1)
    back = again(conversation)
    assert (back.status, back.waiting_since, back.last_message) == ("open", letter.received_at, letter)


def test_a_machine_s_letter_to_the_trash_stays_there(cast, conversation, celina):
    operations.trash(conversation, actor=celina)
    further(cast, conversation, minutes_ago=-1, automatic="reply")
    assert state(conversation) == "trashed"


def test_from_one_to_the_other_and_back(conversation, celina):
    operations.mark_spam(conversation, actor=celina)
    operations.trash(conversation, actor=celina)
    operations.restore(conversation, actor=celina)
    key = {"conversation_id": conversation.pk}
    assert happened() == [
        ("conversation.marked_spam", key),
        ("conversation.trashed", key),
        ("conversation.restored", {**key, "left": "trashed", "status": "open"}),
    ]


def test_twice_is_once(conversation, celina):
    for act in (operations.restore, *[operations.mark_spam] * 2, *[operations.restore] * 2):
        act(conversation, actor=celina)
    assert [kind for kind, _ in happened()] == ["conversation.marked_spam", "conversation.restored"]


def test_who_left_in_the_meantime_is_not_given_it_back(cast, conversation, celina):
    operations.assign(conversation, cast.bartek, actor=celina)
    operations.mark_spam(conversation, actor=celina)
    Agent.objects.filter(pk=cast.bartek.pk).update(is_active=False)
    operations.restore(conversation, actor=celina)
    assert again(conversation).assignee is None


def test_set_aside_says_so():
    assert [Conversation(status=status).is_set_aside for status in Conversation.Status] == [
        False, False, False, True, True,
    ]  # fmt: skip


# The page


def address(conversation) -> str:
    return f"/conversations/{conversation.number}/standing/"


def role(agent, name: str):
    Agent.objects.filter(pk=agent.pk).update(role=name)


def test_an_agent_says_what_is_spam_and_what_is_not(anna, conversation):
    states = []
    for word in ("spam", "open"):
        response = anna.post(address(conversation), {"state": word})
        states.append((response.status_code, response["Location"], state(conversation)))
    led = f"/conversations/{conversation.number}/"
    assert states == [(303, led, "spam"), (303, led, "open")]


def test_the_trash_is_for_those_who_may_delete(anna, cast, conversation):
    refused = anna.post(address(conversation), {"state": "trashed"})
    assert (refused.status_code, state(conversation)) == (403, "open")
    role(cast.anna, "lead")
    assert anna.post(address(conversation), {"state": "trashed"}).status_code == 303
    role(cast.anna, "agent")
    in_trash = state(conversation)
    anna.post(address(conversation), {"state": "open"})  # who works may save, though not throw away
    assert [in_trash, state(conversation)] == ["trashed", "open"]


@pytest.mark.parametrize("form", [{}, {"state": "resolved"}, {"state": "x"}])
def test_nowhere_else(anna, conversation, form):
    response = anna.post(address(conversation), form, headers=HTMX)
    assert response.status_code == 422
    assert page(response).one(id="composer-error").words == (
        "Sprawa trafia do spamu, do kosza albo z powrotem do pozostałych."
    )
    assert state(conversation) == "open"


def test_reading_it_is_not_enough_and_looking_changes_nothing(anna, cast, client, conversation):
    closed = cast.conversation(cast.books)
    answers = [anna.get(address(conversation)), anna.post(address(closed), {"state": "spam"})]
    client.logout()
    answers.append(client.post(address(conversation), {"state": "spam"}))
    assert [answer.status_code for answer in answers] == [405, 404, 302]
    assert [state(conversation), state(closed)] == ["open", "open"]


def test_it_is_the_doing_of_who_did_it(anna, cast, conversation):
    anna.post(address(conversation), {"state": "spam"})
    last = Event.objects.latest("pk")
    assert (last.type, last.actor_type, last.actor_id) == (
        "conversation.marked_spam",
        "agent",
        cast.anna.pk,
    )


def test_long_after_it_was_thrown_away_a_letter_still_brings_it_back(cast, conversation, celina):
    operations.resolve(conversation, actor=celina)
    operations.trash(conversation, actor=celina)
    Conversation.objects.update(resolved_at=timezone.now() - timedelta(days=900))
    further(cast, conversation, minutes_ago=-1)
    assert state(conversation) == "open"
