from datetime import timedelta
from email import message_from_bytes
from uuid import uuid4

import pytest
from django.utils import timezone

from okienko.conversations import operations
from okienko.conversations.models import Conversation, Delivery, Message
from okienko.conversations.operations.sending import NotForOutside
from okienko.conversations.tests.post import SPOUSE, ZOFIA
from okienko.events import worker
from okienko.events.log import Actor
from okienko.events.models import Event, Job
from okienko.inboxes.channel import ChannelError, Refusal, Sent

pytestmark = pytest.mark.django_db


def states(message):
    return list(
        Delivery.objects.filter(recipient__message=message).values_list("recipient__address", "state")
    )


def test_an_answer_goes_to_the_writer_with_the_others_in_copy(provider, conversation, writer):
    message = operations.reply(conversation, text="Paczka jest w drodze.", agent=writer)
    worker.drain()

    ((payload, recipients),) = provider.taken
    mail = message_from_bytes(payload)
    assert recipients == [ZOFIA, SPOUSE]
    assert (mail["To"], mail["Cc"]) == (ZOFIA, SPOUSE)
    assert mail["Message-ID"] == f"<{message.external_id}>"
    assert (mail["In-Reply-To"], mail["References"]) == ("<q@klient.example>", "<q@klient.example>")
    assert mail["Subject"].endswith(f"[#{conversation.number}]")
    assert mail["Reply-To"].startswith(f"Ziarno i Glina <sklep+c{conversation.pk}.")
    assert states(message) == [(ZOFIA, "sent"), (SPOUSE, "sent")]
    conversation.refresh_from_db()
    assert (conversation.status, conversation.waiting_since) == (Conversation.Status.WAITING, None)
    assert conversation.episodes.get().first_reply_at == message.received_at


def test_the_bytes_are_the_same_at_every_try(provider, conversation, writer):
    provider.answers = [ChannelError("450 try later"), Sent()]
    message = operations.reply(conversation, text="Dzień dobry", agent=writer)
    worker.drain()
    first = Message.objects.get(pk=message.pk).raw.read()
    assert [state for _, state in states(message)] == ["queued", "queued"]
    Delivery.objects.update(next_attempt_at=timezone.now())
    Job.objects.update(run_at=timezone.now())
    worker.drain()

    assert [payload for payload, _ in provider.taken] == [first]
    assert [state for _, state in states(message)] == ["sent", "sent"]


def test_one_refused_recipient_does_not_stop_the_other(provider, conversation, writer):
    refused = Refusal(SPOUSE, "550 5.1.1 no such user", permanent=True)
    provider.answers = [Sent(refused=(refused,))]
    message = operations.reply(conversation, text="Dzień dobry", agent=writer)
    worker.drain()

    assert states(message) == [(ZOFIA, "sent"), (SPOUSE, "failed")]
    assert Delivery.objects.get(state="failed").reason == "550 5.1.1 no such user"


def test_ponow_tries_the_failed_ones_again_and_only_them(provider, conversation, writer):
    provider.answers = [Sent(refused=(Refusal(SPOUSE, "550 no", permanent=True),)), Sent()]
    message = operations.reply(conversation, text="Dzień dobry", agent=writer)
    worker.drain()
    operations.send_again(message, actor=Actor.agent(writer))
    worker.drain()

    assert [recipients for _, recipients in provider.taken] == [[ZOFIA, SPOUSE], [SPOUSE]]
    assert [state for _, state in states(message)] == ["sent", "sent"]


def test_a_server_that_stays_away_is_given_up_in_the_end(provider, conversation, writer):
    provider.answers = [ChannelError("connection refused")]
    message = operations.reply(conversation, text="Dzień dobry", agent=writer)
    for _ in range(15):
        worker.drain()
        Delivery.objects.filter(state="queued").update(next_attempt_at=timezone.now())
        Job.objects.update(run_at=timezone.now())

    assert [state for _, state in states(message)] == ["failed", "failed"]
    assert not Job.objects.exists()


def test_another_job_leaves_a_sending_in_progress_alone(provider, conversation, writer):
    message = operations.reply(conversation, text="Dzień dobry", agent=writer)
    in_five = timezone.now() + timedelta(minutes=5)
    Delivery.objects.update(state="sending", claim="message/else", lease_until=in_five)

    assert operations.send(message.pk, claim="message/mine") > timedelta(minutes=4)
    assert provider.taken == []
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert operations.send(message.pk, claim="message/mine") is None
    assert len(provider.taken) == 1


def test_the_sweep_finds_what_lost_its_job(provider, conversation, writer):
    message = operations.reply(conversation, text="Dzień dobry", agent=writer)
    Job.objects.all().delete()
    Delivery.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=5))
    from okienko.conversations.jobs import sweep

    sweep.func()
    worker.drain()
    assert [state for _, state in states(message)] == ["sent", "sent"]


def test_a_note_never_leaves_the_house(provider, conversation, writer):
    note = operations.note(conversation, text="Klientka jest zła.", agent=writer)
    worker.drain()

    assert provider.taken == []
    with pytest.raises(NotForOutside):
        operations.send(note.pk, claim="x")


def test_our_own_letter_that_comes_back_is_no_new_message(provider, post, conversation, writer):
    message = operations.reply(conversation, text="Dzień dobry", agent=writer)
    worker.drain()
    ((payload, _),) = provider.taken

    assert (
        post.arrives(b"Received: from a by b; Mon, 2 Mar 2026 10:00:00 +0100\r\n" + payload, inbox=post.other)
        == message
    )


@pytest.mark.parametrize("text", ["", "   \n\t ", "\x00"])
def test_nothing_is_no_answer(conversation, writer, text):
    with pytest.raises(operations.CannotReply):
        operations.reply(conversation, text=text, agent=writer)


def test_what_became_of_an_answer_names_the_answer_as_its_cause(provider, conversation, writer):
    operations.reply(conversation, text="Dzień dobry", agent=writer)
    worker.drain()

    written = Event.objects.get(type="conversation.reply_written")
    causes = Event.objects.filter(type="conversation.delivery_changed").values_list("cause", "depth")
    assert list(causes) == [(written.pk, 1), (written.pk, 1)]


def test_the_same_form_twice_is_one_message(provider, conversation, writer):
    once = uuid4()
    first = operations.reply(conversation, text="Dzień dobry", agent=writer, once=once)
    again = operations.reply(conversation, text="Dzień dobry", agent=writer, once=once)
    another = operations.reply(conversation, text="Dzień dobry", agent=writer, once=uuid4())
    note = operations.note(conversation, text="uwaga", agent=writer, once=once)
    worker.drain()

    assert (first, note) == (again, first)
    assert another != first
    assert len(provider.taken) == 2
