"""Two conversations become one, and two again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from okienko.contacts.models import Identity
from okienko.conversations import operations, queues
from okienko.conversations.addressing import signed_address
from okienko.conversations.models import (
    Conversation,
    Delivery,
    Episode,
    Follow,
    Joining,
    Link,
    Message,
    Participant,
    Read,
)
from okienko.conversations.operations import CannotJoin, CannotSeparate
from okienko.conversations.operations.composing import as_outbound
from okienko.conversations.operations.replying import addressees, last_from_outside
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.inboxes.channel import Party
from okienko.inboxes.channel import Role as Part
from okienko.search import index

ADAM = Party("email", "adam@klient.example", name="Adam")
Status = Conversation.Status


@pytest.fixture
def pair(cast):
    """(source, target): two matters of Zofia, the source the newer one."""
    target = cast.conversation(subject="Paczka", minutes_ago=60)
    return cast.conversation(subject="Jeszcze o paczce", minutes_ago=5), target


def fresh(conversation: Conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def join(pair, cast) -> Joining:
    return operations.join(*pair, agent=cast.anna)


def where(message: Message) -> int:
    return Message.objects.get(pk=message.pk).conversation_id


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


def answer_to(cast, message: Message, **more) -> Message:
    return cast.letter(in_reply_to=(message.external_id,), subject="Re: Jeszcze", **more)


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


def test_what_nobody_has_read_stays_unread(cast, pair):
    source, target = pair
    first, second = target.messages.get(), source.messages.get()
    operations.mark_read(target, cast.anna, up_to=first)
    operations.mark_read(source, cast.bartek, up_to=second)
    operations.mark_read(target, cast.celina, up_to=first)
    operations.mark_read(source, cast.celina, up_to=second)
    joining = join(pair, cast)

    marks = dict(Read.objects.filter(conversation=target).values_list("agent__name", "up_to"))
    assert marks == {"Anna": first.pk, "Celina": second.pk}  # Bartek has not seen the first of all
    operations.separate(joining, agent=cast.anna)
    marks = dict(Read.objects.filter(conversation=target).values_list("agent__name", "up_to"))
    assert marks == {"Anna": first.pk, "Celina": first.pk}


def test_undone_within_a_month_and_not_later(cast, pair):
    joining = join(pair, cast)
    Joining.objects.filter(pk=joining.pk).update(joined_at=timezone.now() - timedelta(days=31))
    with pytest.raises(CannotSeparate, match="late"):
        operations.separate(joining, agent=cast.anna)
    Joining.objects.filter(pk=joining.pk).update(joined_at=timezone.now() - timedelta(days=29))
    operations.separate(joining, agent=cast.anna)
    operations.separate(joining, agent=cast.anna)

    assert fresh(pair[0]).merged_into is None
    assert Event.objects.filter(type="conversation.separated").count() == 1


def test_what_went_further_is_undone_from_its_end(cast, pair):
    source, target = pair
    last = cast.conversation(subject="Trzecia")
    first, second = join(pair, cast), operations.join(target, last, agent=cast.anna)
    with pytest.raises(CannotSeparate, match="further"):
        operations.separate(first, agent=cast.anna)
    operations.separate(second, agent=cast.anna)
    operations.separate(first, agent=cast.anna)

    assert [one.messages.count() for one in (source, target, last)] == [1, 1, 1]


def test_what_is_no_longer_exact_is_not_undone(cast, pair):
    joining = join(pair, cast)
    Message.objects.get(subject="Jeszcze o paczce").delete()

    with pytest.raises(CannotSeparate, match="changed"):
        operations.separate(joining, agent=cast.anna)


def test_what_came_since_stays_and_counts_in_the_target(cast, pair):
    source, target = pair
    letter = source.messages.get()
    joining = join(pair, cast)
    late = answer_to(cast, letter, minutes_ago=1)
    operations.separate(joining, agent=cast.anna)

    assert (where(letter), where(late)) == (source.pk, target.pk)
    source, target = map(fresh, pair)
    assert (source.status, source.last_message) == ("open", letter)
    assert (target.status, target.last_message) == ("open", late)
    assert target.waiting_since == target.messages.first().received_at


def test_an_answer_given_meanwhile_counts_in_the_target(cast, pair):
    source, target = pair
    joining = join(pair, cast)
    reply = operations.reply(target, text="Już jedzie.", agent=cast.anna)
    operations.separate(joining, agent=cast.anna)

    source, target = map(fresh, pair)
    assert (target.status, target.last_message, target.waiting_since) == ("waiting", reply, None)
    assert (source.status, source.waiting_since is None) == ("open", False)


def test_a_note_written_meanwhile_changes_no_status(cast, pair):
    source, target = pair
    operations.reply(target, text="Już.", agent=cast.anna)
    joining = join(pair, cast)
    note = operations.note(target, text="Razem?", agent=cast.anna)
    operations.separate(joining, agent=cast.anna)

    assert (fresh(target).status, fresh(target).last_message) == ("waiting", note)
    assert fresh(source).status == "open"


def test_the_next_letter_of_who_wrote_meanwhile_finds_both(cast, pair):
    """Adam wrote to the target while it held his letter: he takes part there, and in his own again."""
    _, target = pair
    strange = cast.conversation(sender=ADAM, subject="Faktura Adama")
    joining = join((strange, target), cast)
    late = answer_to(cast, Message.objects.get(subject="Faktura Adama"), sender=ADAM)
    operations.separate(joining, agent=cast.anna)

    again = answer_to(cast, late, sender=ADAM)
    assert where(again) == target.pk
    roles = dict(Participant.objects.filter(identity__value=ADAM.value).values_list("conversation", "role"))
    assert roles == {strange.pk: "customer", target.pk: "other"}


def test_links_lead_to_where_things_are(cast, pair):
    source, target = pair
    third = cast.conversation(subject="Trzecia")
    operations.suggest(source, [target.pk, third.pk])
    operations.suggest(third, [source.pk])
    joining = join(pair, cast)

    links = Link.objects.order_by("pk").values_list("conversation", "other")
    assert list(links.all()) == [(source.pk, target.pk), (target.pk, third.pk), (third.pk, target.pk)]
    operations.separate(joining, agent=cast.anna)
    assert list(links.all()) == [(source.pk, target.pk), (source.pk, third.pk), (third.pk, source.pk)]


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


def test_both_pages_are_told(cast, pair):
    source, target = pair
    joining = join(pair, cast)
    operations.separate(joining, agent=cast.anna)

    told = Event.objects.filter(type__regex="joined|separated").order_by("pk")
    assert [(event.type.partition(".")[2], event.subject_id, event.data["other_id"]) for event in told] == [
        ("joined", target.pk, source.pk), ("joined_to", source.pk, target.pk),
        ("separated", target.pk, source.pk), ("separated_from", source.pk, target.pk),
    ]  # fmt: skip


def test_the_index_follows(cast, pair):
    source, target = pair
    joining = join(pair, cast)
    assert list(index.found("jeszcze").values_list("conversation_id", flat=True)) == [target.pk]
    operations.separate(joining, agent=cast.anna)
    assert list(index.found("jeszcze").values_list("conversation_id", flat=True)) == [source.pk]


def test_an_address_given_away_meanwhile_takes_its_conversation_along(cast, pair):
    from okienko.contacts.operations import give_own_contact

    _, target = pair
    strange = cast.conversation(sender=ADAM, subject="Faktura Adama")
    strange.contact.identities.create(kind="email", value="zona@klient.example")
    joining = join((strange, target), cast)
    own = give_own_contact(Identity.objects.get(value=ADAM.value), actor=Actor.agent(cast.anna))
    operations.separate(joining, agent=cast.anna)

    assert fresh(strange).contact == own
