"""What was joined is two again: exactly what went comes back, what came since stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from okienko.contacts.models import Identity
from okienko.conversations import operations
from okienko.conversations.models import (
    Conversation,
    Joining,
    Link,
    Message,
    Participant,
    Read,
)
from okienko.conversations.operations import CannotSeparate
from okienko.conversations.tests.joined import ADAM, answer_to, fresh, join, where
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.search import index

Status = Conversation.Status


@pytest.fixture
def pair(cast):
    """(source, target): two matters of Zofia, the source the newer one."""
    target = cast.conversation(subject="Paczka", minutes_ago=60)
    return cast.conversation(subject="Jeszcze o paczce", minutes_ago=5), target


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


def test_a_letter_that_came_meanwhile_is_still_owed_an_answer(cast, pair):
    """The target had been answered; what opened it was the join, and then the letter."""
    source, target = pair
    operations.reply(target, text="Już.", agent=cast.anna)
    joining = join(pair, cast)
    late = answer_to(cast, source.messages.model.objects.get(subject="Jeszcze o paczce"), minutes_ago=-1)
    operations.separate(joining, agent=cast.anna)

    target = fresh(target)
    assert (where(late), target.status, target.waiting_since) == (target.pk, "open", late.received_at)


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
