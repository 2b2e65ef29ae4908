"""A call or a visit is written down, counts as contact, and is never sent anywhere."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from okienko.contacts.models import Contact, Identity
from okienko.conversations import operations
from okienko.conversations.models import Conversation, Delivery, Message
from okienko.conversations.operations.sending import NotForOutside
from okienko.conversations.tests.desk_cast import ZOFIA
from okienko.events import worker
from okienko.events.log import Actor
from okienko.events.models import Event, Job
from okienko.inboxes.channel import Party
from okienko.inboxes.models import Inbox
from okienko.inboxes.operations import add_brand
from okienko.search import index

pytestmark = pytest.mark.django_db
AGREED = "Wymieniamy kubek, kurier będzie jutro."
NUMBER = Party("phone", "501 502 503")


def logged(cast, **more) -> Message:
    given = {"kind": "call", "direction": "in", "minutes": 12, "text": AGREED, "agent": cast.anna}
    return operations.log_talk(**given | more)


def fresh(message: Message) -> Conversation:
    return Conversation.objects.get(pk=message.conversation_id)


def told() -> list[str]:
    return list(
        Event.objects.filter(subject_type="conversation").order_by("pk").values_list("type", flat=True)
    )


def test_a_call_from_an_unknown_number_opens_a_conversation(cast):
    message = logged(cast, party=NUMBER, subject="Pęknięty kubek")
    conversation = fresh(message)
    identity = Identity.objects.get(kind="phone")

    assert (identity.value, identity.contact) == ("+48501502503", conversation.contact)
    assert (message.kind, message.direction, message.minutes, message.text) == ("call", "in", 12, AGREED)
    assert (message.audience, message.agent, message.sender) == ("customer", cast.anna, identity)
    assert (conversation.subject, conversation.status) == ("Pęknięty kubek", "waiting")
    assert (conversation.assignee, conversation.last_message) == (cast.anna, message)
    assert (conversation.inbox.kind, conversation.inbox.name) == ("phone", "Telefon")
    assert conversation.first_reply_at == conversation.episodes.get().first_reply_at == message.received_at
    assert list(conversation.participants.values_list("identity", "role")) == [(identity.pk, "customer")]
    assert told() == ["conversation.opened", "conversation.talk_logged", "conversation.assigned"]


def test_the_fact_holds_ids_and_short_words(cast):
    message = logged(cast, party=NUMBER, direction="out")
    fact = Event.objects.get(type="conversation.talk_logged")
    assert fact.data == {
        "conversation_id": message.conversation_id, "message_id": message.pk, "kind": "call", "direction": "out",
    }  # fmt: skip
    assert (fact.actor_type, fact.actor_id) == ("agent", cast.anna.pk)


def test_nothing_of_it_is_ever_sent(cast):
    message = logged(cast, party=Party("email", ZOFIA.value), direction="out")
    operations.send_again(message, actor=Actor.agent(cast.anna))
    worker.drain()

    assert (Delivery.objects.count(), Job.objects.count(), message.external_id) == (0, 0, "")
    Message.objects.filter(pk=message.pk).update(inbox=cast.shop)  # whatever inbox it bears
    for kind in ("call", "visit"):
        Message.objects.filter(pk=message.pk).update(kind=kind)
        with pytest.raises(NotForOutside):
            operations.send(message.pk, claim="x")


def test_a_visit_hangs_on_the_counter(cast):
    one, other = (logged(cast, kind="visit", name=name) for name in ("Jan Kos", "Jan Kos"))
    assert (one.inbox.kind, one.inbox.name, one.inbox) == ("store", "Lada", other.inbox)
    assert fresh(one).subject == "Wizyta w sklepie"


def test_of_whom_only_the_name_is_known(cast):
    one, other = (logged(cast, name=" Jan  Kos ") for _ in range(2))
    contact = fresh(one).contact
    assert (contact.name, contact.identities.count(), one.sender) == ("Jan Kos", 0, None)
    assert contact != fresh(other).contact
    assert [hit.ref_id for hit in index.found("kos", kinds=("contact",))] == [
        fresh(other).contact_id,
        contact.pk,
    ]


def test_with_a_contact_who_is_known(cast):
    letter = cast.letter()
    message = logged(cast, contact=letter.conversation.contact, direction="out")
    assert fresh(message).contact == letter.conversation.contact
    assert fresh(message) != letter.conversation
    assert (message.sender, message.recipients.count()) == (None, 0)


def test_a_number_somebody_has_is_theirs_and_keeps_their_name(cast):
    zofia = cast.letter().sender.contact
    Identity.objects.create(contact=zofia, kind="phone", value="+48501502503")
    message = logged(cast, party=Party("phone", "+48 501-502-503", name="Kto inny"))
    zofia.refresh_from_db()
    assert (fresh(message).contact, zofia.name) == (zofia, "Zofia Gąsiorowska")


def test_into_a_conversation_it_answers_what_was_asked(cast):
    letter = cast.letter()
    message = logged(cast, conversation=letter.conversation, direction="out")
    conversation = fresh(message)

    assert conversation == letter.conversation
    assert (conversation.status, conversation.waiting_since) == ("waiting", None)
    assert conversation.first_reply_at == conversation.episodes.get().first_reply_at == message.received_at
    assert (conversation.last_message, conversation.last_activity_at) == (message, message.received_at)
    assert (conversation.assignee, conversation.inbox) == (None, cast.shop)
    assert told()[-1] == "conversation.talk_logged"


@pytest.mark.parametrize("direction", ["in", "out"])
def test_what_is_done_is_resolved(cast, direction):
    conversation = fresh(logged(cast, conversation=cast.conversation(), direction=direction, is_done=True))
    assert (conversation.status, conversation.waiting_since) == ("resolved", None)
    episode = conversation.episodes.get()
    assert None not in {episode.first_reply_at, episode.resolved_at, conversation.first_reply_at}
    assert told()[-2:] == ["conversation.talk_logged", "conversation.resolved"]


@pytest.mark.parametrize("direction", ["in", "out"])
def test_what_was_promised_is_ours_to_do(cast, direction):
    at = timezone.now() - timedelta(hours=2)
    given = cast.conversation(minutes_ago=180)
    message = logged(cast, conversation=given, direction=direction, is_owed=True, at=at)
    conversation = fresh(message)
    assert (conversation.status, conversation.waiting_since) == ("open", at)
    assert (conversation.assignee, conversation.first_reply_at) == (cast.anna, at)


def test_what_somebody_takes_care_of_stays_with_them(cast):
    conversation = cast.conversation()
    operations.assign(conversation, cast.bartek, actor=Actor.agent(cast.bartek))
    assert fresh(logged(cast, conversation=conversation, is_owed=True)).assignee == cast.bartek


def test_a_call_does_not_answer_what_came_after_it(cast):
    letter = cast.letter(minutes_ago=5)
    message = logged(cast, conversation=letter.conversation, at=timezone.now() - timedelta(hours=1))
    conversation = fresh(message)
    assert (conversation.status, conversation.waiting_since) == ("open", letter.received_at)
    assert (conversation.first_reply_at, conversation.last_message) == (None, letter)
    assert conversation.last_activity_at == letter.received_at


def test_a_machine_s_letter_after_it_changes_nothing(cast):
    letter = cast.letter(minutes_ago=60)
    answer = {
        "external_id": "auto@klient.example",
        "in_reply_to": (letter.external_id,),
        "automatic": "reply",
    }
    cast.letter(minutes_ago=5, **answer)
    message = logged(cast, conversation=letter.conversation, at=timezone.now() - timedelta(minutes=30))
    assert fresh(message).status == "waiting"


@pytest.mark.parametrize(
    ("word", "status", "episodes"),
    [({}, "waiting", 2), ({"is_owed": True}, "open", 2), ({"is_done": True}, "resolved", 1)],
)
def test_a_matter_that_was_settled(cast, word, status, episodes):
    conversation = cast.conversation()
    operations.resolve(conversation, actor=Actor.agent(cast.anna))
    conversation = fresh(logged(cast, conversation=conversation, **word))
    assert (conversation.status, conversation.episodes.count()) == (status, episodes)
    assert (conversation.resolved_at is None) == (status != "resolved")


def test_what_was_settled_after_the_call_stays_settled(cast):
    conversation = cast.conversation(minutes_ago=180)
    operations.resolve(conversation, actor=Actor.agent(cast.anna))
    message = logged(cast, conversation=conversation, at=timezone.now() - timedelta(hours=1))
    assert fresh(message).status == "resolved"


def test_spam_stays_spam_until_something_is_owed(cast):
    conversation = cast.conversation()
    operations.mark_spam(conversation, actor=Actor.agent(cast.anna))
    assert fresh(logged(cast, conversation=conversation)).status == "spam"
    assert fresh(logged(cast, conversation=conversation, is_owed=True)).status == "open"


def test_what_was_joined_to_another_one_takes_nothing_more(cast):
    conversation, other = cast.conversation(), cast.conversation()
    Conversation.objects.filter(pk=conversation.pk).update(merged_into=other)
    with pytest.raises(operations.CannotReply, match=r"^joined$"):
        logged(cast, conversation=conversation)


def test_the_same_form_twice_is_one_call(cast):
    once = uuid4()
    one, other = (logged(cast, party=NUMBER, once=once) for _ in range(2))
    assert one == other
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"text": "  ", "name": "Jan"}, "empty"),
        ({}, "who"),
        ({"party": Party("phone", "12")}, "number"),
        ({"party": Party("email", "zofia@")}, "address"),
        ({"party": NUMBER, "at": timezone.now() + timedelta(days=1)}, "future"),
    ],
)
def test_what_is_no_talk_is_refused_and_leaves_nothing(cast, given, word):
    with pytest.raises(operations.CannotReply) as refusal:
        logged(cast, **given)
    assert str(refusal.value) == word
    assert (Contact.objects.count(), Conversation.objects.count()) == (0, 0)


def test_without_a_shop_there_is_nothing_to_write_it_into(cast):
    Inbox.objects.all().delete()
    cast.shop.brand.delete()
    with pytest.raises(operations.CannotStart, match=r"^brand$"):
        logged(cast, party=NUMBER)


@pytest.mark.parametrize(
    "words", ["wymieniamy kubek", "+48 501 502 503", "501502503", "501 502 503", "pęknięty", "Jan Kos"]
)
def test_it_is_found_by_words_number_name_and_subject(cast, words):
    message = logged(cast, party=Party("phone", "501502503", name="Jan Kos"), subject="Pęknięty kubek")
    assert [hit.ref_id for hit in index.found(words, kinds=("message",))] == [message.pk]


def test_the_brand_is_the_one_the_contact_last_had_to_do_with(cast):
    other = add_brand(name="Młynek")
    first = logged(cast, party=NUMBER, brand=other)
    again = logged(cast, contact=fresh(first).contact)
    unknown = logged(cast, name="Ktoś")
    assert [fresh(one).brand for one in (first, again, unknown)] == [other, other, cast.shop.brand]


def test_a_number_is_read_as_the_shop_s_country_writes_it(cast):
    abroad = add_brand(name="Mill", language="en")
    message = logged(cast, party=Party("phone", "020 7946 0958"), brand=abroad)
    assert message.sender.value == "+442079460958"
    assert (message.inbox.name, fresh(message).subject) == ("Telephone", "Phone call")


def test_somebody_else_of_whom_the_conversation_does_not_know_takes_part_from_now_on(cast):
    conversation = cast.conversation()
    message = logged(
        cast, conversation=conversation, party=Party("phone", "501502503", name="Adam"), direction="out"
    )
    assert message.recipients.get().written == "Adam +48 501 502 503"
    roles = dict(conversation.participants.values_list("identity__value", "role"))
    assert roles == {ZOFIA.value: "customer", "+48501502503": "copied"}


def test_a_letter_is_answered_even_when_a_call_came_after_it(cast):
    letter = cast.letter()
    logged(cast, conversation=letter.conversation, party=NUMBER)
    answer = operations.reply(letter.conversation, text="Jak ustalone.", agent=cast.anna)
    assert (answer.answered, answer.inbox) == (letter, cast.shop)
    assert [one.address for one in answer.recipients.all()] == [ZOFIA.value]
