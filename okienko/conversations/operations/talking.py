"""A phone call, or a visit to the shop, written down: who talked with whom, how long, and what was agreed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from okienko.accounts.models import Agent
from okienko.contacts import addresses
from okienko.contacts.models import Contact, Identity
from okienko.contacts.operations import introduce
from okienko.conversations.events import ConversationOpened, TalkLogged
from okienko.conversations.models import Conversation, Message, Participant, Recipient
from okienko.conversations.operations.assigning import assign
from okienko.conversations.operations.closing import begin_episode, resolve
from okienko.conversations.operations.locking import hold, locked
from okienko.conversations.operations.replying import (
    count_as_answer,
    index_message,
    insist_it_lives,
    worth_writing,
    written_before,
)
from okienko.conversations.operations.starting import CannotStart, identified, opened, words_about
from okienko.events.log import Actor, record
from okienko.inboxes.channel import HOLDS_BACK, Party, Role
from okienko.inboxes.models import Brand, Inbox
from okienko.inboxes.models.inbox import PHONE, STORE
from okienko.inboxes.operations import inbox_for_talks
from okienko.lib import phones, rows

Kind, Status = Message.Kind, Conversation.Status
PLACES = {Kind.CALL: PHONE, Kind.VISIT: STORE}
SUBJECTS = {Kind.CALL: gettext_noop("Phone call"), Kind.VISIT: gettext_noop("Visit to the shop")}
AHEAD = timedelta(minutes=2)  # a clock may be fast; what is to come is no talk


@dataclass(frozen=True)
class Other:
    """Whom we talked with. `identity`: the number or address it was by, None when nobody knows."""

    contact: Contact
    identity: Identity | None = None


@transaction.atomic
def log_talk(
    *, kind: str, direction: str, minutes: int | None, text: str, agent: Agent, at: datetime | None = None,
    conversation: Conversation | None = None, contact: Contact | None = None, party: Party | None = None,
    name: str = "", brand: Brand | None = None, subject: str = "", is_done: bool = False, is_owed: bool = False,
    once: UUID | None = None,
) -> Message:  # fmt: skip
    """Write a talk into a conversation, or into a new one with whom it was: a contact, a number or address, or only a name.

    `direction`: "in" when they called or came. `at`: when it happened, None for now. We talked, so nothing is owed:
    the conversation waits for the customer, or is resolved (`is_done`), or is open because we promised something
    (`is_owed`). CannotReply without text ("empty"), or without anybody ("who"), a number or address that is none
    ("number", "address"), a time to come ("future"), or where no shop is set up ("brand").
    """
    text, at = worth_writing(text), in_the_past(at)
    hold([f"form/{once}"] if once else [])
    if known := written_before(once):
        return known
    if conversation:
        conversation = locked(conversation.pk)
        insist_it_lives(conversation)
    brand = conversation.brand if conversation else brand or brand_of(contact)
    other = met(conversation, contact, party, name=name, brand=brand, agent=agent)
    inbox, is_new = inbox_for_talks(brand, PLACES[Kind(kind)]), conversation is None
    conversation = conversation or begun(inbox, other.contact, subject, kind, at)
    said = {"kind": kind, "direction": direction, "minutes": minutes, "text": text, "received_at": at, "once": once}  # fmt: skip
    message = written(conversation, inbox, other, agent=agent, **said)
    tell(conversation, message, agent, is_new=is_new)
    about = words_about(conversation if is_new else None, [other.identity])
    index_message(message, conversation, about=about)
    settle(conversation, message, agent, is_done=is_done, is_owed=is_owed)
    if is_new or (is_owed and conversation.assignee_id is None):
        assign(conversation, agent, actor=Actor.agent(agent))
    return message


def in_the_past(at: datetime | None) -> datetime:
    now = timezone.now()
    if at and at > now + AHEAD:
        raise CannotStart("future")
    return min(at or now, now)


def brand_of(contact: Contact | None) -> Brand:
    """The one the contact last had to do with, else the first there is."""
    last = Conversation.objects.filter(contact=contact.pk if contact else 0).order_by(
        "-last_activity_at", "-pk"
    )
    found = (
        Brand.objects.filter(pk__in=last.values("brand")[:1]).first() or Brand.objects.order_by("pk").first()
    )
    if found is None:
        raise CannotStart("brand")
    return found


def met(conversation, contact, party, *, name, brand, agent) -> Other:
    """Whom it was with; an unknown number or address, or a name alone, makes a contact."""
    if party:
        identity = identified(normal(party, brand))
        return Other(identity.contact, identity)
    if contact or conversation:
        return Other(contact or conversation.contact)
    if not name.strip():
        raise CannotStart("who")
    return Other(introduce(name, actor=Actor.agent(agent)))


def normal(party: Party, brand: Brand) -> Party:
    """As numbers and addresses are stored. CannotStart where it is neither."""
    if party.kind == Identity.Kind.PHONE:
        value = phones.normalised(party.value, phones.region_of(brand.language))
    else:
        value = addresses.email(party.value)
    if not value:
        raise CannotStart("number" if party.kind == Identity.Kind.PHONE else "address")
    return Party(party.kind, value, party.name, party.written)


def begun(inbox: Inbox, contact: Contact, subject: str, kind: str, at: datetime) -> Conversation:
    with translation.override(inbox.brand.language):
        usual = gettext(SUBJECTS[Kind(kind)])
    return opened(inbox, contact, subject=subject.strip() or usual, at=at)


def written(conversation: Conversation, inbox: Inbox, other: Other, **said) -> Message:
    """`said`: fields of the message."""
    is_inbound = said["direction"] == Message.Direction.IN
    message = rows.insert(
        Message(
            conversation=conversation,
            inbox=inbox,
            sender=other.identity if is_inbound else None,
            visible_text=said["text"],
            fingerprint=token_hex(32),  # a talk has no id outside, and no two are the same
            thread_reason=Message.Reason.WRITTEN,
            **said,
        )
    )
    if other.identity:
        name_other(conversation, message, other, Role.FROM if is_inbound else Role.TO)
    return message


def name_other(conversation: Conversation, message: Message, other: Other, role: Role):
    """By which number or address it was; who it belongs to takes part from now on."""
    is_customer = other.contact.pk == conversation.contact_id
    shown = addresses.shown(other.identity.kind, other.identity.value)
    recipient = Recipient(
        message=message,
        role=role,
        identity=other.identity,
        address=other.identity.value,
        written=shown if is_customer else f"{other.contact.name} {shown}".strip(),
    )
    rows.insert(recipient)
    part = Participant.Role.CUSTOMER if is_customer else Participant.Role.COPIED
    taker = Participant(conversation=conversation, identity=other.identity, role=part)
    rows.insert_all([taker], ignore_conflicts=True)


def settle(conversation: Conversation, message: Message, agent: Agent, *, is_done: bool, is_owed: bool):
    """Last message, status and waiting time. What came after the talk is not answered by it."""
    at, actor = message.received_at, Actor.agent(agent)
    remember(conversation, message)
    is_over = conversation.is_resolved and (is_done or (conversation.resolved_at or at) > at)
    if (is_over or conversation.is_set_aside) and not is_owed:
        return
    if is_owed and conversation.status not in {Status.OPEN, Status.WAITING}:
        begin_episode(conversation, at=at, actor=actor)
    if not has_written_since(conversation, at):
        count_as_answer(conversation, at=at)
    if is_done:
        resolve(conversation, actor=actor)
    elif is_owed:
        conversation.status, conversation.waiting_since = Status.OPEN, conversation.waiting_since or at
        rows.update(conversation, "status", "waiting_since")


def remember(conversation: Conversation, message: Message):
    last = rows.values(Message, ["received_at"], pk=conversation.last_message_id or 0)
    if not last or message.received_at >= last[0][0]:
        conversation.last_message = message
    conversation.last_activity_at = max(conversation.last_activity_at, message.received_at)
    rows.update(conversation, "last_message", "last_activity_at")


def has_written_since(conversation: Conversation, at: datetime) -> bool:
    letters = conversation.messages.filter(
        direction=Message.Direction.IN, kind=Kind.WORDS, received_at__gt=at
    )
    return letters.exclude(automatic__in=HOLDS_BACK).exists()


def tell(conversation: Conversation, message: Message, agent: Agent, *, is_new: bool):
    actor = Actor.agent(agent)
    if is_new:
        record(ConversationOpened(conversation_id=conversation.pk), actor=actor)
    fact = TalkLogged(
        conversation_id=conversation.pk,
        message_id=message.pk,
        kind=message.kind,
        direction=message.direction,
    )
    record(fact, actor=actor)
