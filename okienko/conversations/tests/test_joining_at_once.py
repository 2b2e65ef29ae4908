"""Joins, letters and answers at one moment: each happens before or after the other, and nothing is lost between."""

import threading
from functools import partial

import pytest
from django.db import connection, transaction

from okienko.contacts.operations import add_identity, give_own_contact
from okienko.conversations import operations
from okienko.conversations.models import Conversation, Joining, Message
from okienko.conversations.operations import CannotJoin
from okienko.conversations.operations.locking import locked
from okienko.conversations.tests.desk_cast import Cast, cast
from okienko.events.log import Actor
from okienko.inboxes.channel import Party

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def at_once(*acts) -> list[Exception]:
    """Run all at one moment, each in a thread with a connection of its own. What they raised."""
    start, raised = threading.Barrier(len(acts)), []

    def run(act):
        start.wait()
        try:
            act()
        except Exception as error:  # noqa: BLE001 - told to the test
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


@pytest.fixture
def office() -> Cast:
    return cast()


def pair(office: Cast) -> tuple[Conversation, Conversation]:
    return office.conversation(subject="Jeszcze o paczce"), office.conversation(subject="Paczka")


def test_a_letter_that_arrives_during_a_join_lands_in_the_target(office):
    for number in range(ROUNDS):
        source, target = pair(office)
        known = source.messages.get().external_id
        raised = at_once(
            partial(operations.join, source, target, agent=office.anna),
            partial(office.letter, in_reply_to=(known,), text=f"I jeszcze {number}"),
        )
        assert raised == []
        assert (source.messages.count(), target.messages.count()) == (0, 3)
        assert Conversation.objects.get(pk=source.pk).status == "resolved"
        assert target.participants.filter(role="customer").count() == 1


def test_a_letter_waits_for_a_join_that_has_begun(office):
    """The letter has found the source before the join is written down, and still follows it."""
    source, target = pair(office)
    known = source.messages.get().external_id
    begun, arrived = threading.Event(), threading.Event()

    def join():
        with transaction.atomic():
            operations.join(source, target, agent=office.anna)
            begun.set()
            arrived.wait(1)  # on SQLite it cannot begin; on PostgreSQL it waits for the locked row

    def letter():
        begun.wait(30)
        office.letter(in_reply_to=(known,))
        arrived.set()

    assert at_once(join, letter) == []
    assert (source.messages.count(), target.messages.count()) == (0, 3)


def test_a_letter_and_an_undo(office):
    for _ in range(ROUNDS):
        source, target = pair(office)
        joining = operations.join(source, target, agent=office.anna)
        known = target.messages.get(subject="Jeszcze o paczce").external_id
        assert at_once(
            partial(operations.separate, joining, agent=office.anna),
            partial(office.letter, in_reply_to=(known,)),
        ) == []  # fmt: skip
        assert source.messages.count() + target.messages.count() == 3
        newest = Message.objects.latest("pk")
        place = Conversation.objects.get(pk=newest.conversation_id)
        assert (place.last_message, place.status) == (newest, "open")
        assert place.participants.filter(identity=newest.sender, role="other").count() == 0


def test_two_agents_join_the_same_two(office):
    for _ in range(ROUNDS):
        source, target = pair(office)
        assert at_once(
            partial(operations.join, source, target, agent=office.anna),
            partial(operations.join, source, target, agent=office.celina),
        ) == []  # fmt: skip
        assert Joining.objects.filter(source=source).count() == 1


def test_two_agents_join_them_both_ways(office):
    for _ in range(ROUNDS):
        source, target = pair(office)
        raised = at_once(
            partial(operations.join, source, target, agent=office.anna),
            partial(operations.join, target, source, agent=office.celina),
        )
        assert [type(error) for error in raised] == [CannotJoin]
        both = Conversation.objects.filter(pk__in=[source.pk, target.pk])
        assert both.filter(merged_into=None).count() == 1


def test_an_answer_and_a_join(office):
    """The answer is in the target, or was refused; never in what is no longer looked at."""
    for _ in range(ROUNDS):
        source, target = pair(office)
        raised = at_once(
            partial(operations.join, source, target, agent=office.anna),
            partial(operations.reply, source, text="Już jedzie.", agent=office.celina),
        )
        assert source.messages.count() == 0
        answered = target.messages.filter(direction="out").count()
        assert (answered, [str(error) for error in raised]) in [(1, []), (0, ["joined"])]


def test_an_address_that_is_given_away_takes_a_letter_that_is_arriving_along(office):
    for number in range(ROUNDS):
        zofia = office.conversation().contact
        spare = add_identity(zofia, kind="email", value=f"druga{number}@klient.example", actor=Actor.system())
        sender = Party("email", spare.value)
        assert at_once(
            partial(give_own_contact, spare, actor=Actor.agent(office.anna)),
            partial(office.letter, sender=sender, subject="Z drugiego"),
        ) == []  # fmt: skip
        letter = Message.objects.get(sender=spare)
        assert letter.conversation.contact == letter.sender.contact != zofia


def test_a_locked_row_is_what_everybody_waits_for(office):
    """Otherwise the tests above could not fail."""
    source, _ = pair(office)
    held, order = threading.Event(), []

    def first():
        with transaction.atomic():
            locked(source.pk)
            held.set()
            threading.Event().wait(0.2)
            order.append("first")

    def second():
        held.wait(30)
        operations.tag(source, "x", actor=Actor.system())
        order.append("second")

    assert at_once(first, second) == []
    assert order == ["first", "second"]
