"""A letter to somebody we have only talked with; the telephone and the counter that talks hang on."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.utils import timezone

from okienko.contacts.models import Identity
from okienko.conversations import operations
from okienko.conversations.models import Conversation
from okienko.conversations.tests.post import SHOP, SPOUSE, ZOFIA, letter
from okienko.events import worker
from okienko.events.log import Actor
from okienko.inboxes.channel import Party
from okienko.inboxes.models import Inbox, Mailbox
from okienko.inboxes.operations import add_brand, add_inbox, inbox_for_talks

pytestmark = pytest.mark.django_db
TO, COPY = (
    Party("email", ZOFIA, name="Zofia Gąsiorowska", written="Zofia@Klient.example"),
    Party("email", SPOUSE),
)
AGREED = "Odeślemy w piątek."


@pytest.fixture
def called(post, writer):
    def call(party=None, **more) -> Conversation:
        party = party or Party("phone", "501502503", name="Zofia")
        given = {"kind": "call", "direction": "in", "minutes": 3, "text": AGREED, "agent": writer}
        return operations.log_talk(**given | {"party": party} | more).conversation

    return call


def write_down(conversation: Conversation, *values: str, primary: str = ""):
    for value in values:
        Identity.objects.create(
            contact=conversation.contact, kind="email", value=value, is_primary=value == primary
        )


def test_a_mailbox_of_the_shop_writes_to_the_address_of_the_contact(called, provider, post, writer):
    conversation = called()
    write_down(conversation, ZOFIA)
    message = operations.reply(conversation, text="Jak ustaliliśmy.", agent=writer)
    worker.drain()

    ((payload, recipients),) = provider.taken
    mail = message_from_bytes(payload, policy=default)
    assert (message.inbox, recipients, message.answered) == (post.shop, [ZOFIA], None)
    assert mail["Subject"] == f"Rozmowa telefoniczna [#{conversation.number}]"
    assert (mail["From"].addresses[0].addr_spec, mail["References"]) == (SHOP, None)
    back = post.arrives(letter(subject=mail["Subject"], In_Reply_To=mail["Message-ID"]))
    assert (back.conversation, back.thread_reason) == (conversation, "our_message")
    roles = conversation.participants.order_by("pk").values_list("identity__value", "role")
    assert list(roles) == [("+48501502503", "customer"), (ZOFIA, "customer")]


@pytest.mark.parametrize(("primary", "address"), [(SPOUSE, SPOUSE), ("", ZOFIA)])
def test_the_chosen_address_else_the_oldest(called, post, writer, primary, address):
    conversation = called()
    write_down(conversation, ZOFIA, SPOUSE, primary=primary)
    message = operations.reply(conversation, text="Jak ustaliliśmy.", agent=writer)
    assert [one.address for one in message.recipients.all()] == [address]


def test_of_whom_no_address_is_known_nobody_can_be_written_to(called, writer):
    with pytest.raises(operations.CannotReply, match=r"^nobody$"):
        operations.reply(called(), text="Halo?", agent=writer)


def test_who_talked_by_address_is_written_to_there(called, post, writer):
    message = operations.reply(called(Party("email", SPOUSE)), text="Dzień dobry", agent=writer)
    assert [one.address for one in message.recipients.all()] == [SPOUSE]


def server(inbox: Inbox, **more):
    Inbox.objects.filter(pk=inbox.pk).update(config={"host": "127.0.0.1", "port": 1}, **more)


def test_the_mailbox_they_wrote_to_before_the_others(called, post, writer):
    server(post.other)
    known = post.arrives(letter(), inbox=post.other).sender.contact
    conversation = called(Party("email", known.identities.get().value))
    message = operations.reply(conversation, text="Dzień dobry", agent=writer)
    assert message.inbox == post.other
    server(post.other, is_paused=True)
    assert operations.reply(conversation, text="I jeszcze", agent=writer).inbox == post.other  # as before


@pytest.mark.parametrize("change", [{"is_paused": True}, {"config": {}}, {"is_closed": True}])
def test_a_mailbox_that_cannot_send_or_is_closed_is_not_taken(called, post, writer, change):
    server(post.other)
    Inbox.objects.filter(pk=post.shop.pk).update(**change)
    conversation = called()
    write_down(conversation, ZOFIA)
    assert operations.reply(conversation, text="Dzień dobry", agent=writer).inbox == post.other


def test_one_that_was_let_go_of_is_not_taken(called, post, writer):
    server(post.other)
    Mailbox.objects.create(inbox=post.shop, is_connected=False, connected_at=timezone.now())
    Mailbox.objects.create(inbox=post.other, is_connected=False)
    conversation = called()
    write_down(conversation, ZOFIA)
    assert operations.reply(conversation, text="Dzień dobry", agent=writer).inbox == post.other


def test_a_shop_without_a_mailbox_cannot_write(called, post, writer):
    conversation = called(brand=add_brand(name="Młynek"))
    write_down(conversation, ZOFIA)
    with pytest.raises(operations.CannotReply, match=r"^no_mailbox$"):
        operations.reply(conversation, text="Dzień dobry", agent=writer)


# The telephone and the counter


def test_each_shop_has_one_telephone_and_one_counter(post):
    other = add_brand(name="Mill", language="en")
    made = [inbox_for_talks(brand, kind) for brand in (post.shop.brand, other) for kind in ("phone", "store")]
    assert [inbox.name for inbox in made] == ["Telefon", "Lada", "Telephone", "Counter"]
    assert inbox_for_talks(other, "store") == made[3]
    assert [(inbox.addresses.count(), inbox.team, inbox.is_closed) for inbox in made] == [
        (0, None, False)
    ] * 4


def test_who_sees_which_inbox(post, writer):
    closed = add_inbox(brand=post.shop.brand, name="Kadry", kind="email", is_closed=True)
    seen = Inbox.objects.visible_to(writer)
    assert (post.shop in seen, closed in seen) == (True, False)


def test_taken_out_of_spam_a_call_is_nothing_that_waits_for_us(called, writer):
    conversation, actor = called(at=timezone.now() - timedelta(hours=1)), Actor.agent(writer)
    operations.mark_spam(conversation, actor=actor)
    operations.restore(conversation, actor=actor)
    assert Conversation.objects.get(pk=conversation.pk).status == "waiting"
