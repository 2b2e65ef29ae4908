"""Two conversations become one."""

import pytest

from okienko.conversations import operations, queues
from okienko.conversations.addressing import signed_address
from okienko.conversations.models import (
    Conversation,
    Delivery,
    Episode,
    Follow,
    Joining,
    Message,
    Participant,
)
from okienko.conversations.operations import CannotJoin
from okienko.conversations.operations.answered import last_from_outside
from okienko.conversations.operations.composing import as_outbound
from okienko.conversations.operations.replying import addressees
from okienko.conversations.tests.joined import ADAM, answer_to, fresh, join, where
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.inboxes.channel import Party
from okienko.inboxes.channel import Role as Part

Status = Conversation.Status


@pytest.fixture
def pair(cast):
    """(source, target): two matters of Zofia, the source the newer one."""
    target = cast.conversation(subject="Paczka", minutes_ago=60)
    return cast.conversation(subject="Jeszcze o paczce", minutes_ago=5), target


def listed(cast, queue: str) -> list[int]:
    rows = queues.lying_in(queues.QUEUES[queue], cast.anna)
    return sorted(rows.values_list("pk", flat=True))


def test_everything_goes_to_the_target(cast, pair):
    source, target = pair
    operations.tag(source, "pilne", actor=Actor.agent(cast.anna))
    operations.tag(target, "paczka", actor=Actor.agent(cast.anna))
    reply = operations.reply(source, text="Już patrzę.", agent=cast.anna)
    join(pair, cast)

    assert [message.subject for message in target.messages.filter(direction="in")] == [
        "Paczka",
        "Jeszcze o paczce",
    ]
    assert where(reply) == target.pk
    assert sorted(target.tags.values_list("name", flat=True)) == ["paczka", "pilne"]
    assert [source.messages.count(), source.tags.count(), source.thread_keys.count()] == [0, 0, 0]
    assert fresh(source).merged_into == target


def test_the_source_leaves_the_queues_and_is_found_once(cast, pair):
    _, target = pair
    join(pair, cast)

    assert {name: listed(cast, name) for name in ("open", "unassigned", "waiting", "resolved")} == {
        "open": [target.pk], "unassigned": [target.pk], "waiting": [], "resolved": [],
    }  # fmt: skip
    found = queues.found("jeszcze o paczce", cast.anna).rows
    assert list(found.values_list("pk", flat=True)) == [target.pk]


@pytest.mark.parametrize(
    ("of_source", "of_target", "joined"),
    [
        ("open", "open", "open"), ("open", "waiting", "open"), ("open", "resolved", "open"),
        ("waiting", "open", "open"), ("waiting", "resolved", "waiting"), ("resolved", "open", "open"),
        ("resolved", "waiting", "waiting"), ("resolved", "resolved", "resolved"),
    ],
)  # fmt: skip
def test_what_is_owed_is_owed_by_both(cast, pair, of_source, of_target, joined):
    for conversation, status in zip(pair, (of_source, of_target), strict=True):
        if status != "open":
            operations.reply(conversation, text="Już.", agent=cast.anna)
        if status == "resolved":
            operations.resolve(conversation, actor=Actor.agent(cast.anna))
    join(pair, cast)
    source, target = map(fresh, pair)

    assert (source.status, target.status) == ("resolved", joined)
    assert (target.waiting_since is not None) == (joined == "open")
    open_episodes = Episode.objects.filter(resolved_at=None)
    assert [episode.conversation_id for episode in open_episodes] == (
        [] if joined == "resolved" else [target.pk]
    )


def test_who_has_waited_longest_counts(cast, pair):
    source, target = pair
    join((target, source), cast)

    assert fresh(source).waiting_since == target.messages.model.objects.get(subject="Paczka").received_at
    assert fresh(source).last_message.subject == "Jeszcze o paczce"


def test_a_double_click_joins_once(cast, pair):
    assert join(pair, cast) == join(pair, cast)
    assert Joining.objects.count() == 1
    assert Event.objects.filter(type="conversation.joined").count() == 1


def test_what_cannot_be_joined(cast, pair):
    source, target = pair
    third = cast.conversation(subject="Trzecia")
    with pytest.raises(CannotJoin, match="itself"):
        operations.join(source, source, agent=cast.anna)
    operations.join(source, target, agent=cast.anna)
    for one, other in ((target, source), (source, third), (third, source)):
        with pytest.raises(CannotJoin, match="joined"):
            operations.join(one, other, agent=cast.anna)
    operations.mark_spam(third, actor=Actor.agent(cast.anna))
    with pytest.raises(CannotJoin, match="set_aside"):
        operations.join(third, target, agent=cast.anna)


def test_what_comes_later_lands_in_the_target_of_a_chain(cast, pair):
    source, target = pair
    last = cast.conversation(subject="Trzecia")
    reply = operations.reply(source, text="Już patrzę.", agent=cast.anna)
    letter = source.messages.get(direction="in")
    operations.join(source, target, agent=cast.anna)
    operations.join(target, last, agent=cast.anna)
    to_address = Party("email", signed_address("sklep@ziarno.example", source), role=Part.TO)

    came = [
        answer_to(cast, reply),
        answer_to(cast, letter),
        cast.letter(subject=f"W sprawie [#{source.number}]"),
        cast.letter(recipients=(to_address,), subject="Na adres"),
    ]
    assert [where(message) for message in came] == [last.pk] * 4
    assert [message.thread_reason for message in came] == [
        "our_message",
        "known_thread",
        "number",
        "our_address",
    ]
    roles = last.participants.values_list("identity__value", "role")
    assert list(roles) == [("zofia@klient.example", "customer")]


def test_whoever_came_along_finds_the_target_by_the_old_number(cast, pair):
    _, target = pair
    strange = cast.conversation(sender=ADAM, subject="Faktura Adama")
    join((strange, target), cast)
    came = cast.letter(sender=ADAM, subject=f"Moja sprawa #{strange.number}")

    assert (where(came), came.thread_reason) == (target.pk, "number")


def test_nobody_receives_what_they_were_not_sent(cast, pair):
    """Two customers: each is answered alone, by letters that name nothing of the other."""
    _, target = pair
    strange = cast.conversation(sender=ADAM, subject="Faktura Adama", minutes_ago=1)
    join((strange, target), cast)

    answered = last_from_outside(target)
    assert [one.address for one in addressees(fresh(target), answered)] == ["adam@klient.example"]
    to_adam = as_outbound(operations.reply(target, text="Dzień dobry.", agent=cast.anna))
    assert [party.value for party in to_adam.recipients] == ["adam@klient.example"]
    assert to_adam.references == (strange_id(),)
    assert to_adam.subject == f"Re: Faktura Adama [#{target.number}]"
    cast.letter(in_reply_to=("letter-1@klient.example",), subject="Re: Paczka", minutes_ago=0)
    to_zofia = as_outbound(operations.reply(target, text="Dzień dobry.", agent=cast.anna))
    assert [party.value for party in to_zofia.recipients] == ["zofia@klient.example"]
    assert strange_id() not in to_zofia.references
    assert to_zofia.subject == f"Re: Paczka [#{target.number}]"
    assert Participant.objects.get(identity__value="adam@klient.example").role == "other"


def strange_id() -> str:
    return Message.objects.get(subject="Faktura Adama").external_id


def test_following_a_source_shows_nobody_a_closed_target(cast):
    """Anna follows what everybody sees; joined to what is closed to her, she learns nothing of it."""
    source, closed = cast.conversation(), cast.conversation(cast.books, subject="Tajne")
    Follow.objects.create(conversation=source, agent=cast.anna)
    Follow.objects.create(conversation=source, agent=cast.bartek)
    operations.join(source, closed, agent=cast.bartek)

    assert not Conversation.objects.visible_to(cast.anna).filter(pk=closed.pk).exists()
    assert list(closed.follows.values_list("agent", flat=True)) == [cast.bartek.pk]
    assert list(source.follows.values_list("agent", flat=True)) == [cast.anna.pk]


def test_a_joined_conversation_takes_no_answer_no_note_and_is_not_reopened(cast, pair):
    source, _ = pair
    join(pair, cast)
    for act in (operations.reply, operations.note):
        with pytest.raises(operations.CannotReply, match="joined"):
            act(source, text="Halo?", agent=cast.anna)
    operations.reopen(source, actor=Actor.agent(cast.anna))

    assert fresh(source).status == "resolved"
    assert Message.objects.filter(text="Halo?").count() == 0


def test_deliveries_on_their_way_are_told_in_the_target(cast, pair, provider):
    source, target = pair
    reply = operations.reply(source, text="Już.", agent=cast.anna)
    join(pair, cast)
    operations.send(reply.pk, claim="x")

    assert Delivery.objects.get(recipient__message=reply).state == "sent"
    assert Event.objects.filter(type="conversation.delivery_changed").latest("pk").subject_id == target.pk
