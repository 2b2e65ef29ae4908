"""A conversation that we begin, and a letter to somebody we have only talked with."""

from email import message_from_bytes
from email.policy import default
from uuid import uuid4

import pytest

from okienko.contacts.models import Contact
from okienko.conversations import operations
from okienko.conversations.models import Conversation, Delivery, Message
from okienko.conversations.operations.replying import File
from okienko.conversations.operations.starting import MOST_RECIPIENTS
from okienko.conversations.tests.post import SHOP, SPOUSE, ZOFIA, letter
from okienko.events import worker
from okienko.events.models import Event
from okienko.inboxes.channel import Party
from okienko.search import index

pytestmark = pytest.mark.django_db
TO, COPY = (
    Party("email", ZOFIA, name="Zofia Gąsiorowska", written="Zofia@Klient.example"),
    Party("email", SPOUSE),
)
AGREED = "Odeślemy w piątek."


@pytest.fixture
def begin(post, writer):
    def begun(**more) -> Message:
        given = {
            "inbox": post.shop,
            "to": [TO],
            "subject": "Zamówienie 10482",
            "text": "Dzień dobry, kubek jest gotowy.",
        }
        return operations.start(**given | {"agent": writer} | more)

    return begun


def sent(provider, number: int = -1):
    payload, recipients = provider.taken[number]
    return message_from_bytes(payload, policy=default), recipients


def answer(mail, text: str = "Dziękuję!", **headers) -> bytes:
    """What a mail program makes of "reply", without our signed address."""
    more = {"In_Reply_To": mail["Message-ID"], "References": mail["Message-ID"], **headers}
    return letter(subject=f"Re: {mail['Subject']}", text=text, **more)


def test_a_letter_of_ours_begins_a_conversation(begin, provider, post, writer):
    message = begin(copies=[COPY])
    conversation = message.conversation
    worker.drain()

    mail, recipients = sent(provider)
    assert recipients == [ZOFIA, SPOUSE]
    assert (mail["To"], mail["Cc"]) == ("Zofia@Klient.example", SPOUSE)
    assert mail["Subject"] == f"Zamówienie 10482 [#{conversation.number}]"
    assert (mail["In-Reply-To"], mail["References"]) == (None, None)
    assert mail["Message-ID"] == f"<{message.external_id}>"
    assert mail["Reply-To"].addresses[0].addr_spec.startswith(f"sklep+c{conversation.pk}.")
    assert mail.get_content().strip() == "Dzień dobry, kubek jest gotowy."
    states = Delivery.objects.filter(recipient__message=message).values_list("recipient__role", "state")
    assert list(states) == [("to", "sent"), ("cc", "sent")]


def test_the_customer_owes_an_answer_and_it_comes_to_whoever_wrote(begin, writer, post):
    message = begin(copies=[COPY])
    conversation = Conversation.objects.get(pk=message.conversation_id)

    assert (conversation.status, conversation.waiting_since) == ("waiting", None)
    assert (conversation.contact.name, conversation.assignee) == ("Zofia Gąsiorowska", writer)
    assert (conversation.inbox, conversation.brand, conversation.last_message) == (
        post.shop,
        post.shop.brand,
        message,
    )
    assert conversation.first_reply_at == conversation.episodes.get().first_reply_at == message.received_at
    roles = conversation.participants.order_by("pk").values_list("identity__value", "role")
    assert list(roles) == [(ZOFIA, "customer"), (SPOUSE, "copied")]
    facts = Event.objects.filter(subject_type="conversation").order_by("pk").values_list("type", "actor_id")
    assert list(facts) == [
        ("conversation.opened", writer.pk), ("conversation.reply_written", writer.pk), ("conversation.assigned", writer.pk),
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["zamówienie 10482", "zofia gąsiorowska", ZOFIA, "kubki gotowe"])
def test_it_is_found_by_subject_name_address_and_words(begin, words):
    message = begin()
    assert [hit.ref_id for hit in index.found(words, kinds=("message",))] == [message.pk]


@pytest.mark.parametrize("headers", [{}, {"In_Reply_To": None, "References": None}])
def test_the_answer_comes_back_into_it(begin, provider, post, headers):
    """By our Message-ID, and by the number in the subject alone."""
    message = begin()
    worker.drain()
    mail, _ = sent(provider)
    back = post.arrives(answer(mail, **headers))
    conversation = Conversation.objects.get()
    assert (back.conversation, conversation.status) == (message.conversation, "open")
    assert back.thread_reason == ("number" if headers else "our_message")
    assert conversation.participants.filter(role="other").count() == 0


def test_who_was_in_copy_may_answer_too(begin, provider, post):
    message = begin(copies=[COPY])
    worker.drain()
    mail, _ = sent(provider)
    back = post.arrives(letter(sender=SPOUSE, subject=mail["Subject"], text="Ja też"))
    assert (back.conversation, back.thread_reason) == (message.conversation, "number")


def test_a_second_letter_goes_where_the_first_went_and_hangs_on_it(begin, provider, writer):
    first = begin(copies=[COPY])
    operations.reply(first.conversation, text="Jeszcze jedno.", agent=writer)
    worker.drain()
    mail, recipients = sent(provider)
    assert recipients == [ZOFIA, SPOUSE]
    assert mail["Subject"] == f"Re: Zamówienie 10482 [#{first.conversation.number}]"
    assert mail["References"] == f"<{first.external_id}>"


def test_a_second_letter_leaves_out_who_could_not_be_reached(begin, provider, writer):
    first = begin(copies=[COPY])
    Delivery.objects.filter(recipient__address=SPOUSE).update(state="bounced")
    again = operations.reply(first.conversation, text="Jeszcze jedno.", agent=writer)
    assert [one.address for one in again.recipients.all()] == [ZOFIA]


def test_everybody_is_written_to_once(begin):
    message = begin(to=[TO, COPY, TO], copies=[COPY, TO])
    assert list(message.recipients.values_list("role", "address")) == [("to", ZOFIA), ("to", SPOUSE)]


def test_a_known_customer_is_the_one_who_is_known(begin, post):
    known = post.arrives(letter()).sender.contact
    message = begin()
    assert (message.conversation.contact, Contact.objects.count()) == (known, 1)
    assert Conversation.objects.count() == 2


def test_files_go_along(begin, provider):
    begin(files=[File("wycena.txt", "text/plain", b"40 PLN")])
    worker.drain()
    mail, _ = sent(provider)
    assert [(file.get_filename(), file.get_content()) for file in mail.iter_attachments()] == [
        ("wycena.txt", "40 PLN")
    ]


def test_the_same_form_twice_is_one_conversation(begin, provider):
    once = uuid4()
    assert begin(once=once) == begin(once=once)
    worker.drain()
    assert (len(provider.taken), Conversation.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"text": " \n"}, "empty"),
        ({"to": []}, "nobody"),
        ({"to": [], "copies": [COPY]}, "nobody"),
        ({"to": [Party("email", SHOP)]}, "ours"),
        ({"copies": [Party("email", "biuro@ziarno.example")]}, "ours"),
        ({"copies": [Party("email", f"{n}@klient.example") for n in range(MOST_RECIPIENTS)]}, "many"),
    ],
)
def test_what_cannot_be_begun_leaves_nothing(begin, given, word):
    with pytest.raises(operations.CannotStart if word != "empty" else operations.CannotReply) as refusal:
        begin(**given)
    assert str(refusal.value) == word
    assert (Contact.objects.count(), Conversation.objects.count(), Message.objects.count()) == (0, 0, 0)


def test_as_many_as_may_be(begin):
    many = [Party("email", f"{n}@klient.example") for n in range(MOST_RECIPIENTS)]
    assert begin(to=many).recipients.count() == MOST_RECIPIENTS
