"""A conversation that we begin: the first letter is ours."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from okienko.accounts.models import Agent
from okienko.contacts.addresses import searched
from okienko.contacts.models import Contact, Identity
from okienko.contacts.operations import identify
from okienko.conversations.events import ConversationOpened, ReplyWritten
from okienko.conversations.models import Conversation, Episode, Message
from okienko.conversations.operations.assigning import assign
from okienko.conversations.operations.locking import hold
from okienko.conversations.operations.replying import (
    Addressee,
    CannotReply,
    File,
    address,
    answered_customer,
    index_message,
    worth_writing,
    write,
    written_before,
)
from okienko.events.log import Actor, record
from okienko.files import store
from okienko.inboxes.channel import Party, Role
from okienko.inboxes.models import Inbox
from okienko.inboxes.routes import ours_among
from okienko.lib import rows
from okienko.lib.text import cut, one_line

MOST_RECIPIENTS = 50


class CannotStart(CannotReply):
    """Nobody to write to, somebody who cannot be written to, or nothing to say. The text is a short word."""


def start(
    *,
    inbox: Inbox,
    to: list[Party],
    copies: list[Party] | tuple[Party, ...] = (),
    subject: str,
    text: str,
    agent: Agent,
    files: list[File] | tuple[File, ...] = (),
    once: UUID | None = None,
) -> Message:
    """Write the first letter of a new conversation, which is the agent's and with the first recipient's contact.

    `once`: the same value a second time writes nothing and returns the first message. CannotReply without text
    ("empty"), without recipients ("nobody"), with too many ("many"), or to an address of ours ("ours").
    """
    text, people = worth_writing(text), each_once(to, copies)
    kept = [(store.keep(file.data), file) for file in files]
    with transaction.atomic():
        hold([f"form/{once}"] if once else [])
        if known := written_before(once):
            return known
        named = [Addressee(one.role, one.value, identified(one), one.written) for one in people]
        conversation = opened(inbox, named[0].identity.contact, subject=subject, at=timezone.now())
        message = write(conversation, None, inbox, agent=agent, text=text, html="", kept=kept, once=once)
        address(message, named)
        answered_customer(conversation, message)
        index_message(message, conversation, about=words_about(conversation, [one.identity for one in named]))
        actor = Actor.agent(agent)
        record(ConversationOpened(conversation_id=conversation.pk), actor=actor)
        record(ReplyWritten(conversation_id=conversation.pk, message_id=message.pk), actor=actor)
        assign(conversation, agent, actor=actor)  # what the customer answers comes to whoever wrote
    return message


def each_once(to, copies) -> list[Party]:
    """Everybody with the role they are written to in, nobody twice."""
    people: dict[str, Party] = {}
    for role, parties in ((Role.TO, to), (Role.CC, copies)):
        for one in parties:
            people.setdefault(one.value, Party(one.kind, one.value, one.name, one.written, role))
    if not to:
        raise CannotStart("nobody")
    if len(people) > MOST_RECIPIENTS:
        raise CannotStart("many")
    if ours_among(set(people)):
        raise CannotStart("ours")
    return list(people.values())


def identified(party: Party) -> Identity:
    return identify(kind=party.kind, value=party.value, name=party.name, source="agent")


def opened(inbox: Inbox, contact: Contact, *, subject: str, at: datetime) -> Conversation:
    """A new conversation that nobody has said anything in yet. Inside the caller's transaction."""
    conversation = rows.insert(
        Conversation(
            contact=contact,
            brand_id=inbox.brand_id,
            inbox=inbox,
            team_id=inbox.team_id,
            subject=cut(one_line(subject), 250),
            language=contact.language,
            created_at=at,
            last_activity_at=at,
        )
    )
    rows.insert(Episode(conversation=conversation, opened_at=at))
    return conversation


def words_about(conversation: Conversation | None, people: list[Identity | None]) -> str:
    """What a message is found by besides its words: who it is with and, where it begins a conversation, its subject."""
    named = [f"{one.contact.name} {searched(one.kind, one.value)}" for one in people if one]
    return "\n".join([*([conversation.subject] if conversation else []), *named])
