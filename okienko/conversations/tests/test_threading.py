"""Which conversation does a letter belong to? Every case here is one in which some desk shows a stranger our mail, or loses a thread."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from django.utils import timezone

from okienko.conversations import operations
from okienko.conversations.addressing import signed_address
from okienko.conversations.models import Conversation, Link, Message, Participant, Sighting
from okienko.conversations.operations.answered import last_from_outside
from okienko.conversations.operations.replying import addressees
from okienko.conversations.operations.sending import fixed_bytes
from okienko.conversations.tests.post import SHOP, SPOUSE, STRANGER, ZOFIA, letter
from okienko.events.log import Actor

pytestmark = pytest.mark.django_db
Reason = Message.Reason


@pytest.fixture
def answered(post, writer):
    """Zofia's conversation with one answer of ours: (conversation, our letter as it goes out)."""
    conversation = post.arrives(letter(Message_ID="<opener@klient.example>")).conversation
    reply = operations.reply(conversation, text="Już sprawdzam.", agent=writer)
    return conversation, message_from_bytes(fixed_bytes(Message.objects.get(pk=reply.pk)))


def reply_of(letter_of_ours) -> dict[str, str]:
    """What her mail program puts into her answer."""
    return {"In_Reply_To": letter_of_ours["Message-ID"], "References": letter_of_ours["Message-ID"]}


def test_answers_to_our_message_join_it(post, answered):
    conversation, ours = answered
    message = post.arrives(letter(subject="Odp: zupełnie inny temat", **reply_of(ours)))

    assert (message.conversation, message.thread_reason) == (conversation, Reason.OUR_MESSAGE)
    assert message.answered.external_id == ours["Message-ID"].strip("<>")


def test_answers_to_our_signed_address_join_without_any_header(post, answered):
    conversation, ours = answered
    message = post.arrives(letter(to=ours["Reply-To"], subject="bez nagłówków"))

    assert (message.conversation, message.thread_reason) == (conversation, Reason.OUR_ADDRESS)


def test_a_forged_signed_address_opens_a_new_conversation(post, answered):
    conversation, _ = answered
    forged = f"sklep+c{conversation.pk}.aaaaaaaaaaaaaaaa@ziarno.example"

    assert post.arrives(letter(to=forged, sender=STRANGER)).thread_reason == Reason.NEW


def test_the_signature_of_one_conversation_opens_no_other(post, answered):
    conversation, _ = answered
    other = post.arrives(letter(sender=STRANGER, subject="inna sprawa")).conversation
    signature = signed_address(SHOP, conversation).partition(".")[2].partition("@")[0]
    message = post.arrives(
        letter(to=f"sklep+c{other.pk}.{signature}@ziarno.example", sender=ZOFIA, subject="x")
    )

    assert message.thread_reason == Reason.NEW


@pytest.mark.parametrize("way", ["address", "id"])
def test_a_stranger_with_our_token_is_somebody_else_and_answered_alone(post, writer, answered, way):
    conversation, ours = answered
    named = {"to": ours["Reply-To"]} if way == "address" else reply_of(ours)
    message = post.arrives(letter(sender=STRANGER, Cc="kolega@inny.example", subject="Fwd", **named))

    assert message.conversation == conversation
    role = Participant.objects.get(conversation=conversation, identity=message.sender).role
    assert role == Participant.Role.OTHER
    assert [p.address for p in addressees(conversation, last_from_outside(conversation))] == [STRANGER]
    assert not Participant.objects.filter(identity__value="kolega@inny.example").exists()
    answer = operations.reply(conversation, text="Dziękujemy.", agent=writer)
    letter_to_stranger = message_from_bytes(fixed_bytes(Message.objects.get(pk=answer.pk)))
    assert "czekam na paczkę" not in letter_to_stranger.get_payload(decode=True).decode()


def test_a_stranger_who_quotes_a_customers_id_stays_outside(post, answered):
    conversation, _ = answered
    message = post.arrives(letter(sender=STRANGER, In_Reply_To="<opener@klient.example>"))

    assert message.conversation != conversation
    assert message.thread_reason == Reason.NEW


def test_a_stranger_with_the_number_in_the_subject_stays_outside(post, answered):
    conversation, _ = answered
    for subject in (f"Re: [#{conversation.number}]", f"sprawa #{conversation.number}"):
        message = post.arrives(letter(sender=STRANGER, subject=subject))
        assert message.conversation != conversation


def test_the_customer_with_the_number_in_the_subject_joins(post, answered):
    conversation, _ = answered
    message = post.arrives(letter(subject=f"Odp: paczka [#{conversation.number}]", text="jeszcze jedno"))

    assert (message.conversation, message.thread_reason) == (conversation, Reason.NUMBER)


@pytest.mark.parametrize("prefix", ["Fwd:", "FW:", "PD:", "WG:", "Przekaż:"])
def test_a_forward_that_only_quotes_the_number_is_a_new_matter(post, answered, prefix):
    conversation, _ = answered
    message = post.arrives(
        letter(subject=f"{prefix} paczka [#{conversation.number}]", text="proszę zobaczyć")
    )

    assert message.conversation != conversation


def test_a_colleagues_forward_of_somebody_elses_thread_shows_them_nothing(post, answered):
    conversation, _ = answered
    message = post.arrives(
        letter(sender=STRANGER, subject="PD: Gdzie jest moja paczka?", References="<opener@klient.example>")
    )

    assert message.conversation != conversation


def test_the_spouse_in_copy_may_answer(post):
    first = post.arrives(letter(Cc=SPOUSE, Message_ID="<both@klient.example>"))
    message = post.arrives(letter(sender=SPOUSE, In_Reply_To="<both@klient.example>", subject="Odp: paczka"))

    assert (message.conversation, message.thread_reason) == (first.conversation, Reason.KNOWN_THREAD)
    assert Participant.objects.get(identity=message.sender).role == Participant.Role.COPIED


def test_an_answer_that_comes_before_its_opener_is_joined_by_it(post):
    child = post.arrives(letter(In_Reply_To="<late@klient.example>", subject="Odp: paczka", text="i jeszcze"))
    parent = post.arrives(letter(Message_ID="<late@klient.example>"))

    assert parent.conversation == child.conversation
    assert Conversation.objects.count() == 1


def test_every_id_of_the_thread_is_kept(post):
    first = post.arrives(letter(References="<a@x.example> <b@x.example>"))
    message = post.arrives(letter(In_Reply_To="<a@x.example>", text="z innego programu"))

    assert message.conversation == first.conversation


def test_the_same_letter_in_two_mailboxes_is_one_message_seen_twice(post):
    raw = letter(to=f"{SHOP}, biuro@ziarno.example")
    one = post.arrives(b"Received: from a by b; Mon, 2 Mar 2026 10:00:00 +0100\r\n" + raw)
    two = post.arrives(b"Received: from c by d; Mon, 2 Mar 2026 10:00:05 +0100\r\n" + raw, inbox=post.other)

    assert one == two
    assert Sighting.objects.filter(message=one).count() == 2


def test_letters_without_a_message_id_are_told_apart_by_their_content(post):
    one = post.arrives(letter(Message_ID=None, text="pierwszy"))
    two = post.arrives(letter(Message_ID=None, text="drugi"))

    assert one != two
    assert Conversation.objects.count() == 2


def test_a_letter_without_a_message_id_that_comes_twice_is_one(post):
    raw = letter(Message_ID=None)

    assert post.arrives(raw) == post.arrives(b"X-Spam-Score: 0\r\n" + raw)


def test_a_reused_message_id_with_other_content_is_another_message(post):
    one = post.arrives(letter(Message_ID="<same@printer.example>", text="skan 1"))
    two = post.arrives(letter(Message_ID="<same@printer.example>", text="skan 2"))

    assert one != two
    assert Message.objects.filter(external_id="same@printer.example").count() == 2


def test_two_people_who_answer_one_newsletter_stay_apart(post):
    one = post.arrives(letter(In_Reply_To="<newsletter@inny.example>", subject="Re: Promocja"))
    two = post.arrives(
        letter(sender=STRANGER, In_Reply_To="<newsletter@inny.example>", subject="Re: Promocja")
    )
    again = post.arrives(letter(sender=STRANGER, In_Reply_To="<newsletter@inny.example>", text="i jeszcze"))

    assert one.conversation != two.conversation
    assert again.conversation == two.conversation


def test_a_robot_about_one_order_stays_in_one_conversation(post):
    robot = "powiadomienia@kurier.example"
    first = post.arrives(letter(sender=robot, subject="Zamówienie nr AB-1001: nadana"))
    same = post.arrives(letter(sender=robot, subject="Zamówienie nr AB-1001: w drodze", text="b"))
    other = post.arrives(letter(sender=robot, subject="Zamówienie nr AB-1002: nadana", text="c"))

    assert (same.conversation, same.thread_reason) == (first.conversation, Reason.ORDER)
    assert other.conversation != first.conversation


def test_people_who_name_an_order_are_no_robots(post):
    post.arrives(letter(subject="Zamówienie nr AB-1001"))

    assert (
        post.arrives(letter(subject="Zamówienie nr AB-1001", text="inna rzecz")).thread_reason == Reason.NEW
    )


def test_within_the_window_a_resolved_matter_is_reopened_as_a_new_episode(post, writer, answered):
    conversation, ours = answered
    operations.resolve(conversation, actor=Actor.agent(writer))
    post.arrives(letter(text="to nie koniec", **reply_of(ours)))
    conversation.refresh_from_db()

    assert conversation.status == Conversation.Status.OPEN
    assert [episode.resolved_at is None for episode in conversation.episodes.order_by("pk")] == [False, True]


def test_after_the_window_a_new_conversation_points_back(post, writer, answered):
    conversation, ours = answered
    operations.resolve(conversation, actor=Actor.agent(writer))
    Conversation.objects.filter(pk=conversation.pk).update(resolved_at=timezone.now() - timedelta(days=15))
    message = post.arrives(letter(text="po miesiącu", **reply_of(ours)))

    assert message.conversation != conversation
    assert message.thread_reason == Reason.CONTINUES
    link = Link.objects.get(conversation=message.conversation, kind=Link.Kind.CONTINUES)
    assert link.other == conversation


def test_a_new_matter_of_a_known_customer_is_offered_for_joining(post):
    first = post.arrives(letter()).conversation
    second = post.arrives(letter(subject="Faktura", text="Poproszę fakturę")).conversation

    assert [(link.kind, link.other) for link in second.links.all()] == [(Link.Kind.MAY_BELONG, first)]


def test_joined_conversations_are_followed(post, writer, answered):
    conversation, ours = answered
    alive = post.arrives(letter(subject="Faktura", text="Poproszę fakturę")).conversation
    Conversation.objects.filter(pk=conversation.pk).update(merged_into=alive)

    assert post.arrives(letter(text="odpowiedź", **reply_of(ours))).conversation == alive
