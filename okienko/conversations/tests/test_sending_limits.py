"""What holds an answer back, and what makes it lighter: pauses, limits, sizes, permissions."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.utils import timezone

from okienko.conversations import operations
from okienko.conversations.models import Conversation, Delivery
from okienko.conversations.operations.replying import File
from okienko.conversations.tests.post import letter
from okienko.events import worker
from okienko.events.log import Actor
from okienko.events.models import Job
from okienko.files import links
from okienko.inboxes import operations as inboxes
from okienko.inboxes.channel import ChannelError, Refusal, Sent, ServerTrouble, Throttled, TooBig
from okienko.inboxes.models import Mailbox
from okienko.inboxes.source import Trouble

pytestmark = pytest.mark.django_db


def reply(conversation, writer, *files: tuple[str, int], text="Paczka jest w drodze."):
    conversation = Conversation.objects.get(pk=conversation.pk)
    given = [File(name, "application/pdf", name.encode() + b"x" * size) for name, size in files]
    message = operations.reply(conversation, text=text, agent=writer, files=given)
    worker.drain()
    return message


def deliveries(message) -> list[tuple[str, str]]:
    found = Delivery.objects.filter(recipient__message=message).order_by("pk")
    return list(found.values_list("state", "reason"))


def only_mail(provider):
    ((payload, _),) = provider.taken
    return message_from_bytes(payload, policy=default)


def configure(conversation, **config):
    inbox = conversation.inbox
    inbox.config |= config
    inbox.save()


def test_a_paused_mailbox_sends_nothing_until_it_is_resumed(provider, conversation, writer):
    inboxes.pause(conversation.inbox, actor=Actor.agent(writer))
    message = reply(conversation, writer)
    assert (provider.taken, {state for state, _ in deliveries(message)}) == ([], {"queued"})

    inboxes.resume(conversation.inbox, actor=Actor.agent(writer))
    Job.objects.update(run_at=timezone.now())
    worker.drain()
    assert len(provider.taken) == 1


def test_the_pace_the_shop_asked_for_is_kept(provider, conversation, writer):
    configure(conversation, per_minute=2)
    first = reply(conversation, writer)  # two recipients
    second = reply(conversation, writer)
    assert {state for state, _ in deliveries(first)} == {"sent"}
    assert {state for state, _ in deliveries(second)} == {"queued"}

    Delivery.objects.exclude(sent_at=None).update(sent_at=timezone.now() - timedelta(seconds=61))
    Job.objects.update(run_at=timezone.now())
    worker.drain()
    assert {state for state, _ in deliveries(second)} == {"sent"}


def test_files_too_big_for_the_server_go_as_links(provider, conversation, writer):
    configure(conversation, max_bytes=100_000)
    reply(conversation, writer, ("umowa.pdf", 90_000), ("paragon.pdf", 20_000))
    mail = only_mail(provider)

    assert [part.get_filename() for part in mail.iter_attachments()] == ["paragon.pdf"]
    text = mail.get_body().get_content()
    (address,) = re.findall(r"http://localhost:8000/files/(\S+)/umowa\.pdf", text)
    path, name, _, inline = links.opened(address)
    assert (path.read_bytes()[:9], name, inline) == (b"umowa.pdf", "umowa.pdf", False)


def test_a_link_in_a_letter_ends_after_its_time(provider, conversation, writer, monkeypatch):
    configure(conversation, max_bytes=100_000)
    reply(conversation, writer, ("umowa.pdf", 90_000))
    (token,) = re.findall(r"/files/(\S+)/umowa\.pdf", only_mail(provider).get_body().get_content())
    monkeypatch.setattr(links, "SENT_VALID", timedelta(seconds=-1))
    with pytest.raises(LookupError):
        links.opened(token)


def test_a_server_that_finds_the_letter_too_big_gets_a_lighter_one(provider, conversation, writer):
    provider.answers = [TooBig("552 too big", limit=50_000), Sent()]
    message = reply(conversation, writer, ("umowa.pdf", 90_000))

    assert list(only_mail(provider).iter_attachments()) == []
    assert {state for state, _ in deliveries(message)} == {"sent"}


def test_a_letter_that_cannot_be_made_lighter_fails_in_words(provider, conversation, writer):
    provider.answers = [TooBig("552 too big")]
    message = reply(conversation, writer)
    assert set(deliveries(message)) == {("failed", "552 too big")}


def test_nobody_gets_a_second_version(provider, conversation, writer):
    """One recipient has the letter with its file; for the other the server suddenly finds it too big."""
    later = Refusal("adam@klient.example", "450 later", permanent=False)
    provider.answers = [Sent(refused=(later,)), TooBig("552 too big")]
    message = reply(conversation, writer, ("umowa.pdf", 9_000))
    Delivery.objects.filter(state="queued").update(next_attempt_at=timezone.now())
    Job.objects.update(run_at=timezone.now())
    worker.drain()

    assert sorted(deliveries(message)) == [("failed", "552 too big"), ("sent", "")]
    assert len(provider.taken) == 1


def test_a_server_that_asks_for_rest_gets_it(provider, conversation, writer):
    provider.answers = [Throttled("450 too fast", retry_after=timedelta(minutes=7))]
    message = reply(conversation, writer)
    waits = [
        one.next_attempt_at - timezone.now() for one in Delivery.objects.filter(recipient__message=message)
    ]
    assert {round(wait.total_seconds() / 60) for wait in waits} == {7}


def test_trouble_with_the_server_is_remembered_until_it_works(provider, conversation, writer):
    provider.answers = [ServerTrouble(Trouble.LOGIN, "wrong password"), Sent()]
    reply(conversation, writer)
    mailbox = Mailbox.objects.get()
    assert (mailbox.sending_error, mailbox.sending_failing_since is None) == ("wrong password", False)

    reply(conversation, writer)
    mailbox.refresh_from_db()
    assert (mailbox.sending_error, mailbox.sending_failing_since) == ("", None)


def test_a_refused_recipient_is_no_trouble_with_the_server(provider, conversation, writer):
    provider.answers = [ChannelError("550 nobody", permanent=True)]
    reply(conversation, writer)
    assert not Mailbox.objects.exclude(sending_failing_since=None).exists()


@pytest.mark.parametrize(
    ("config", "start"),
    [
        ({"plus_addressing": True}, "sklep+c"),
        ({"plus_addressing": False, "catch_all": True}, "sklep-c"),
    ],
)
def test_an_answer_to_the_signed_address_finds_its_conversation(provider, post, writer, config, start):
    conversation = post.arrives(letter()).conversation
    configure(conversation, **config)
    reply(conversation, writer)
    address = only_mail(provider)["Reply-To"].addresses[0].addr_spec
    assert address.startswith(start)

    stray = b"From: zofia@inny.example\r\nTo: %s\r\nSubject: nic wspolnego\r\n\r\nhej" % address.encode()
    assert post.arrives(stray).conversation == conversation


def test_without_either_the_headers_must_do(provider, conversation, writer):
    configure(conversation, plus_addressing=False)
    reply(conversation, writer)
    assert only_mail(provider)["Reply-To"] is None
