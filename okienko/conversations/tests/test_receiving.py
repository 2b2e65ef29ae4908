from datetime import timedelta

import pytest
from django.utils import timezone

from okienko.conversations import operations
from okienko.conversations.models import Conversation, Message, Participant
from okienko.conversations.tests.post import SHOP, STRANGER, ZOFIA, letter
from okienko.events.log import Actor
from okienko.events.models import Event, Job
from okienko.inboxes.operations import take_in
from okienko.search.index import found

pytestmark = pytest.mark.django_db
OUT_OF_OFFICE = {"Auto_Submitted": "auto-replied", "subject": "Nie ma mnie w biurze"}


def test_a_first_letter_opens_a_conversation_that_waits_for_us(post):
    message = post.arrives(letter(sender=f"Zofia Gąsiorowska <{ZOFIA}>"))
    conversation = message.conversation

    assert (conversation.subject, conversation.status) == ("Gdzie jest moja paczka?", "open")
    assert conversation.waiting_since == message.received_at
    assert str(conversation.contact) == "Zofia Gąsiorowska"
    assert [p.role for p in conversation.participants.all()] == [Participant.Role.CUSTOMER]
    assert [(r.role, r.address) for r in message.recipients.all()] == [("from", ZOFIA), ("to", SHOP)]
    types = ["contact.added", "conversation.opened", "conversation.message_received"]
    assert list(Event.objects.order_by("pk").values_list("type", flat=True)) == types
    assert not Job.objects.exists()


def test_the_same_delivery_twice_is_one_arrival_and_one_message(post):
    raw = letter()

    assert post.arrives(raw) == post.arrives(raw)
    assert Message.objects.count() == 1


def test_it_can_be_found_by_any_inflected_form_and_without_diacritics(post):
    message = post.arrives(letter(text="Proszę o zwrot pieniędzy za rozbitą filiżankę."))

    for query in ("filiżanka", "filizanke", "PIENIĄDZE", "zofia klient", "rozbitej filiżanki"):
        assert [hit.ref_id for hit in found(query, kinds=("message",))] == [message.pk]
    assert not found("czajnik").exists()


@pytest.mark.parametrize(
    "headers", [OUT_OF_OFFICE, {"Precedence": "bulk", "List_Id": "<promo.inny.example>"}]
)
def test_a_machines_letter_is_kept_but_asks_nobody_to_act(post, headers):
    conversation = post.arrives(letter(**headers)).conversation

    assert conversation.status == Conversation.Status.RESOLVED
    assert conversation.waiting_since is None


def test_an_out_of_office_joins_but_neither_reopens_nor_resets_waiting(post, writer):
    conversation = post.arrives(letter(Message_ID="<q@klient.example>")).conversation
    operations.resolve(conversation, actor=Actor.agent(writer))
    message = post.arrives(letter(In_Reply_To="<q@klient.example>", **OUT_OF_OFFICE))
    conversation.refresh_from_db()

    assert message.conversation == conversation
    assert (conversation.status, conversation.waiting_since) == (Conversation.Status.RESOLVED, None)


def test_waiting_counts_from_the_first_unanswered_letter(post):
    first = post.arrives(letter(Message_ID="<q@klient.example>"))
    post.arrives(letter(In_Reply_To="<q@klient.example>", text="halo?"))

    assert Conversation.objects.get().waiting_since == first.received_at


def test_a_clock_in_the_future_is_not_believed(post):
    tomorrow = timezone.now() + timedelta(days=1)
    received = f"Received: from x by y; {tomorrow:%a, %d %b %Y %H:%M:%S} +0000\r\n".encode()

    assert post.arrives(received + letter()).received_at <= timezone.now()


def test_a_letter_that_cannot_be_read_becomes_a_conversation_with_the_raw_letter(post, monkeypatch):
    whole = operations.receiving.put

    def stumble(letter, relatives):
        if not letter.inbound.notice:
            raise ValueError("a fault of ours")
        return whole(letter, relatives)

    monkeypatch.setattr(operations.receiving, "put", stumble)
    raw = letter()
    message = post.arrives(raw)

    assert (message.notice, message.subject) == ("ValueError", "Gdzie jest moja paczka?")
    (attachment,) = message.attachments.all()
    assert (attachment.name, attachment.blob.read()) == ("message.eml", raw)


@pytest.mark.parametrize(
    "raw", [b"\x00\xff\xfe" * 50, b"no headers at all", b"From: \r\n\r\n", b"Subject: a\r\n" * 300]
)
def test_rubbish_becomes_a_conversation_too(post, raw):
    assert post.arrives(raw).conversation.status == Conversation.Status.OPEN


def test_nobody_is_never_the_same_nobody_twice(post):
    one = post.arrives(letter(sender="", text="a"))
    two = post.arrives(letter(sender="", text="b"))

    assert one.sender != two.sender
    assert operations.replying.addressees(one.conversation, one) == []


def test_an_import_runs_no_reaction_but_is_found(post):
    take_in(post.shop, letter(), quiet=True)
    Job.objects.get()  # only the reading itself
    message = post.arrives(letter(text="na żywo", sender=STRANGER))
    old = Message.objects.exclude(pk=message.pk).get()

    assert old.source == Message.Source.IMPORT
    assert found("paczka zofia").count() == 1
    assert not Job.objects.exists()


def test_an_attachment_is_kept_once_however_often_it_comes(post):
    mail = b"".join([
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\nFrom: zofia@klient.example\r\n',
        b"To: sklep@ziarno.example\r\nSubject: faktura\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhej NR\r\n--b\r\n",
        b'Content-Type: application/pdf; name="f.pdf"\r\nContent-Disposition: attachment; filename="f.pdf"\r\n\r\n',
        b"%PDF-1.4 faktura", b"\r\n--b--\r\n",
    ])  # fmt: skip
    one, two = post.arrives(mail), post.arrives(mail.replace(b"NR", b"2"))

    assert one.attachments.get().blob == two.attachments.get().blob
    assert one.attachments.get().blob.content_type == "application/pdf"


def test_an_imported_letter_that_was_dealt_with_waits_for_nobody(post):
    conversation = post.imports(letter(Message_ID="<1@klient.example>"), settled=True).conversation
    assert (conversation.status, conversation.waiting_since) == ("resolved", None)
    again = letter(Message_ID="<2@klient.example>", In_Reply_To="<1@klient.example>", text="dziękuję")
    assert post.imports(again, settled=True).conversation == conversation
    conversation.refresh_from_db()
    assert (conversation.status, conversation.waiting_since) == ("resolved", None)


def test_an_imported_letter_that_nobody_has_read_waits(post):
    message = post.imports(letter(), settled=False)
    assert (message.source, message.conversation.status) == ("import", "open")
    assert message.conversation.waiting_since == message.received_at
