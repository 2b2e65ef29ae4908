"""Answer the customer, or leave a note for colleagues."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from okienko.accounts.models import Agent
from okienko.contacts.models import Identity
from okienko.conversations.addressing import new_message_id
from okienko.conversations.events import NoteWritten, ReplyWritten
from okienko.conversations.models import (
    Attachment,
    Conversation,
    Delivery,
    Episode,
    Message,
    Participant,
    Recipient,
    ThreadKey,
)
from okienko.conversations.operations.locking import locked
from okienko.events.log import Actor, record
from okienko.files import store
from okienko.files.models import Blob
from okienko.inboxes.channel import Role
from okienko.inboxes.models import Inbox
from okienko.inboxes.routes import ours_among
from okienko.lib.text import cut, printable
from okienko.search import index


class CannotReply(Exception):
    """Nobody to answer to, or nothing to say. The text is for the agent."""


@dataclass(frozen=True)
class Addressee:
    role: str
    address: str
    identity: Identity | None
    written: str = ""


@dataclass(frozen=True)
class File:
    """A file to send along."""

    name: str
    content_type: str
    data: bytes


def reply(
    conversation: Conversation, *, text: str, agent: Agent, html: str = "", files: list[File] | None = None
) -> Message:
    """Write an answer to whoever wrote last, with the others in copy. Sending it is what follows.

    CannotReply without text or without anybody to answer.
    """
    text = printable(text).strip()
    if not text:
        raise CannotReply("empty")
    kept = [(store.keep(file.data), file) for file in files or []]
    with transaction.atomic():
        conversation = locked(conversation.pk)
        answered = last_from_outside(conversation)
        people = addressees(conversation, answered)
        if not people:
            raise CannotReply("nobody")
        message = write(conversation, answered, agent=agent, text=text, html=html, kept=kept)
        address(message, people)
        answered_customer(conversation, message)
        index_message(message, conversation)
        record(ReplyWritten(conversation_id=conversation.pk, message_id=message.pk), actor=Actor.agent(agent))
    return message


@transaction.atomic
def note(conversation: Conversation, *, text: str, agent: Agent) -> Message:
    """Something only colleagues see. CannotReply without text."""
    text = printable(text).strip()
    if not text:
        raise CannotReply("empty")
    conversation, now = locked(conversation.pk), timezone.now()
    message = Message.objects.create(
        conversation=conversation,
        direction=Message.Direction.OUT,
        audience=Message.Audience.INTERNAL,
        agent=agent,
        text=text,
        visible_text=text,
        thread_reason=Message.Reason.WRITTEN,
        received_at=now,
    )
    conversation.last_message, conversation.last_activity_at = message, now
    conversation.save(update_fields=["last_message", "last_activity_at"])
    index_message(message, conversation)
    record(NoteWritten(conversation_id=conversation.pk, message_id=message.pk), actor=Actor.agent(agent))
    return message


def last_from_outside(conversation: Conversation) -> Message | None:
    """The newest letter of a person; a machine's only when nobody else has written."""
    inbound = conversation.messages.filter(direction=Message.Direction.IN, audience=Message.Audience.CUSTOMER)
    newest = inbound.select_related("inbox").order_by("-received_at", "-pk")
    return newest.filter(automatic="").first() or newest.filter(automatic="generated").first()


def addressees(conversation: Conversation, answered: Message | None) -> list[Addressee]:
    """The sender of the message answered (or who they name in Reply-To); other people of that message in copy.

    Somebody who was never part of the conversation is answered alone.
    """
    if answered is None:
        return customers(conversation)
    named = list(answered.recipients.select_related("identity"))
    ours = ours_among({recipient.address for recipient in named})
    outside = [recipient for recipient in named if recipient.address not in ours and "@" in recipient.address]
    reply_to = [r for r in outside if r.role == Role.REPLY_TO] or [r for r in outside if r.role == Role.FROM]
    to = {
        r.address: Addressee(Role.TO, r.address, r.identity or answered.sender, r.written)
        for r in reply_to[:5]
    }
    stranger = conversation.participants.filter(
        identity=answered.sender, role=Participant.Role.OTHER
    ).exists()
    copied = [] if stranger else [r for r in outside if r.role in {Role.TO, Role.CC}]
    sender = answered.sender.value if answered.sender else ""
    cc = {r.address: Addressee(Role.CC, r.address, r.identity, r.written) for r in copied}
    return [*to.values(), *(one for key, one in cc.items() if key not in to and key != sender)]


def customers(conversation: Conversation) -> list[Addressee]:
    """The customer's own addresses when no letter of theirs can be answered."""
    roles = conversation.participants.filter(
        role=Participant.Role.CUSTOMER, identity__kind=Identity.Kind.EMAIL
    )
    return [Addressee(Role.TO, one.identity.value, one.identity) for one in roles.select_related("identity")]


def write(conversation, answered, *, agent, text, html, kept) -> Message:
    inbox = answered.inbox if answered else conversation.inbox
    message = Message.objects.create(
        conversation=conversation,
        inbox=inbox,
        direction=Message.Direction.OUT,
        agent=agent,
        subject=conversation.subject,
        text=text,
        html=html,
        visible_text=text,
        external_id=new_message_id(conversation, sending_address(inbox).rpartition("@")[2]),
        thread_reason=Message.Reason.WRITTEN,
        answered=answered,
        language=conversation.language,
        received_at=timezone.now(),
    )
    ThreadKey.objects.create(conversation=conversation, kind=ThreadKey.Kind.OURS, key=message.external_id)
    blobs: list[Blob] = store.saved([blob for blob, _ in kept])
    Attachment.objects.bulk_create(
        Attachment(message=message, blob=blob, name=cut(file.name, 250), content_type=file.content_type[:120])
        for blob, (_, file) in zip(blobs, kept, strict=True)
    )
    return message


def sending_address(inbox: Inbox) -> str:
    primary = inbox.addresses.filter(is_primary=True).first()
    return primary.value if primary else ""


def address(message: Message, people: list[Addressee]):
    recipients = Recipient.objects.bulk_create(
        Recipient(
            message=message, role=one.role, identity=one.identity, address=one.address, written=one.written
        )
        for one in people
    )
    Delivery.objects.bulk_create(
        Delivery(recipient=one, next_attempt_at=message.received_at) for one in recipients
    )


def answered_customer(conversation: Conversation, message: Message):
    """A person answered in public: now the customer owes an answer."""
    at = message.received_at
    conversation.status = Conversation.Status.WAITING
    conversation.waiting_since, conversation.resolved_at = None, None
    conversation.first_reply_at = conversation.first_reply_at or at
    conversation.last_message, conversation.last_activity_at = message, at
    conversation.save(
        update_fields=[
            "status", "waiting_since", "resolved_at", "first_reply_at", "last_message", "last_activity_at",
        ]
    )  # fmt: skip
    episode = conversation.current_episode
    if episode is None or episode.resolved_at is not None:
        Episode.objects.create(conversation=conversation, opened_at=at, first_reply_at=at)
    elif episode.first_reply_at is None:
        episode.first_reply_at = at
        episode.save(update_fields=["first_reply_at"])


def index_message(message: Message, conversation: Conversation):
    index.write(
        kind="message",
        ref_id=message.pk,
        conversation_id=conversation.pk,
        at=message.received_at,
        text=message.text,
    )
