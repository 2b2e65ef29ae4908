"""Answer the customer, or leave a note for colleagues."""

from dataclasses import dataclass
from uuid import UUID

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
from okienko.inboxes.models import Address, Inbox
from okienko.inboxes.routes import ours_among
from okienko.inboxes.signing import signed
from okienko.lib import rows
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
    conversation: Conversation,
    *,
    text: str,
    agent: Agent,
    html: str = "",
    files: list[File] | None = None,
    once: UUID | None = None,
) -> Message:
    """Write an answer to whoever wrote last, with the others in copy. Sending it is what follows.

    `once`: the same value a second time writes nothing and returns the first message.
    CannotReply without text or without anybody to answer.
    """
    text = worth_writing(text)
    kept = [(store.keep(file.data), file) for file in files or []]
    with transaction.atomic():
        conversation = locked(conversation.pk)
        if known := written_before(once):
            return known
        answered = last_from_outside(conversation)
        people = addressees(conversation, answered)
        if not people:
            raise CannotReply("nobody")
        message = write(conversation, answered, agent=agent, text=text, html=html, kept=kept, once=once)
        address(message, people)
        answered_customer(conversation, message)
        index_message(message, conversation)
        record(ReplyWritten(conversation_id=conversation.pk, message_id=message.pk), actor=Actor.agent(agent))
    return message


@transaction.atomic
def note(conversation: Conversation, *, text: str, agent: Agent, once: UUID | None = None) -> Message:
    """Something only colleagues see. `once` as in `reply`. CannotReply without text."""
    text = worth_writing(text)
    conversation, now = locked(conversation.pk), timezone.now()
    if known := written_before(once):
        return known
    message = rows.insert(
        Message(
            conversation=conversation,
            direction=Message.Direction.OUT,
            audience=Message.Audience.INTERNAL,
            agent=agent,
            text=text,
            visible_text=text,
            thread_reason=Message.Reason.WRITTEN,
            received_at=now,
            once=once,
        )
    )
    conversation.last_message, conversation.last_activity_at = message, now
    rows.update(conversation, "last_message", "last_activity_at")
    index_message(message, conversation)
    record(NoteWritten(conversation_id=conversation.pk, message_id=message.pk), actor=Actor.agent(agent))
    return message


def worth_writing(text: str) -> str:
    text = printable(text).strip()
    if not text:
        raise CannotReply("empty")
    return text


def written_before(once: UUID | None) -> Message | None:
    """The message a form has made already: a double click, an impatient reload, a line that broke."""
    return Message.objects.filter(once=once).first() if once else None


def last_from_outside(conversation: Conversation) -> Message | None:
    """The newest letter of a person; a machine's only when nobody else has written."""
    inbound = conversation.messages.filter(direction=Message.Direction.IN, audience=Message.Audience.CUSTOMER)
    newest = inbound.select_related("inbox", "sender").order_by("-received_at", "-pk")
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
    part = rows.values(
        Participant, ["role"], conversation_id=conversation.pk, identity_id=answered.sender_id or 0
    )
    stranger = part == [[Participant.Role.OTHER]]
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


def write(conversation, answered, *, agent, text, html, kept, once) -> Message:
    inbox = answered.inbox if answered else conversation.inbox
    message = rows.insert(
        Message(
            conversation=conversation,
            inbox=inbox,
            direction=Message.Direction.OUT,
            agent=agent,
            subject=conversation.subject,
            text=text if html else signed(text, agent_id=agent.pk, brand_id=inbox.brand_id),
            html=html,
            visible_text=text,
            external_id=new_message_id(conversation, sending_address(inbox).rpartition("@")[2]),
            thread_reason=Message.Reason.WRITTEN,
            answered=answered,
            language=conversation.language,
            received_at=timezone.now(),
            once=once,
        )
    )
    rows.insert(ThreadKey(conversation=conversation, kind=ThreadKey.Kind.OURS, key=message.external_id))
    blobs: list[Blob] = store.saved([blob for blob, _ in kept])
    rows.insert_all(
        Attachment(message=message, blob=blob, name=cut(file.name, 250), content_type=file.content_type[:120])
        for blob, (_, file) in zip(blobs, kept, strict=True)
    )
    return message


def sending_address(inbox: Inbox) -> str:
    primary = rows.values(Address, ["value"], inbox=inbox.pk, is_primary=True)
    return primary[0][0] if primary else ""


def address(message: Message, people: list[Addressee]):
    recipients = [
        rows.insert(
            Recipient(
                message=message,
                role=one.role,
                identity=one.identity,
                address=one.address,
                written=one.written,
            )
        )
        for one in people
    ]
    rows.insert_all(Delivery(recipient=one, next_attempt_at=message.received_at) for one in recipients)


def answered_customer(conversation: Conversation, message: Message):
    """A person answered in public: now the customer owes an answer."""
    at = message.received_at
    conversation.status = Conversation.Status.WAITING
    conversation.waiting_since, conversation.resolved_at = None, None
    conversation.first_reply_at = conversation.first_reply_at or at
    conversation.last_message, conversation.last_activity_at = message, at
    rows.update(
        conversation,
        "status", "waiting_since", "resolved_at", "first_reply_at", "last_message", "last_activity_at",
    )  # fmt: skip
    newest = " ORDER BY opened_at DESC, id DESC LIMIT 1"
    episode = rows.values(
        Episode, ["pk", "first_reply_at", "resolved_at"], conversation_id=conversation.pk, tail=newest
    )
    if not episode or episode[0][2] is not None:
        rows.insert(Episode(conversation=conversation, opened_at=at, first_reply_at=at))
    elif episode[0][1] is None:
        rows.update(Episode(pk=episode[0][0], first_reply_at=at), "first_reply_at")


def index_message(message: Message, conversation: Conversation):
    index.write(
        kind="message",
        ref_id=message.pk,
        conversation_id=conversation.pk,
        at=message.received_at,
        text=message.visible_text,
    )
