"""Put what arrived where it belongs."""

from functools import partial

from django.db import transaction

from okienko.contacts.models import Identity
from okienko.contacts.operations import identify
from okienko.conversations.events import ConversationOpened, MessageReceived
from okienko.conversations.models import (
    Attachment,
    Conversation,
    Episode,
    Link,
    Message,
    Participant,
    Recipient,
    Sighting,
    ThreadKey,
)
from okienko.conversations.operations.closing import reopen_for
from okienko.conversations.operations.letters import Letter, gathered
from okienko.conversations.operations.linking import link
from okienko.conversations.operations.locking import hold
from okienko.conversations.operations.placing import Place, Question, order_keys, place
from okienko.conversations.trimming import visible_part
from okienko.events.log import Actor, record
from okienko.files import store
from okienko.inboxes import registry
from okienko.inboxes.channel import Automatic, Inbound
from okienko.inboxes.models import Arrival, Inbox
from okienko.inboxes.operations import mark_read
from okienko.lib import rows
from okienko.lib.text import cut
from okienko.search import index

MOST_PEOPLE = 50  # of one letter that become contacts; the others are kept as written


def receive(inbox: Inbox, inbound: Inbound, *, arrival: Arrival | None = None) -> Message:
    """Put one arrived message where it belongs. Safe to call again with the same message or arrival."""
    letter = gathered(inbox, inbound, arrival)
    with transaction.atomic():
        lock(inbound)
        relatives = messages_named(inbound)
        message = already_here(letter, relatives) or put(letter, relatives)
        if arrival:
            rows.insert_all([Sighting(arrival=arrival, message=message)], ignore_conflicts=True)
            mark_read(arrival, error=inbound.notice)
    return message


def lock(inbound: Inbound):
    """Letters of one thread, and copies of one letter, are placed one after another."""
    named = {inbound.fingerprint, inbound.external_id, inbound.sender.value}
    hold({*named, *inbound.references, *inbound.in_reply_to})


def messages_named(inbound: Inbound) -> list[list]:
    """(pk, conversation, id, fingerprint, direction) of the messages with the letter's id or one it answers."""
    names = ["pk", "conversation_id", "external_id", "fingerprint", "direction"]
    if not inbound.external_id:
        return rows.values(Message, names, external_id="", fingerprint=inbound.fingerprint)
    return rows.values(
        Message, names, external_id__in=[inbound.external_id, *inbound.in_reply_to], tail=" ORDER BY id"
    )


def already_here(letter: Letter, relatives: list[list]) -> Message | None:
    """The same letter, from another of our mailboxes or delivered twice; or our own letter come back to us."""
    inbound = letter.inbound
    for pk, _, external_id, fingerprint, direction in relatives:
        if (external_id, fingerprint) == (inbound.external_id, inbound.fingerprint):
            ours = direction == Message.Direction.OUT
            if not ours or inbound.sender.value in letter.ours:
                return Message.objects.get(pk=pk)
    return None


def put(letter: Letter, relatives: list[list]) -> Message:
    inbound, kind = letter.inbound, letter.inbox.kind
    sender = identity_of_sender(inbound, kind)
    question = Question(letter.inbox, inbound, sender, registry.channel_for(kind).abilities)
    where = place(question)
    is_first = where.conversation is None
    conversation = where.conversation or open_conversation(letter, sender)
    earlier = [pk for pk, conversation_id, *_ in relatives if conversation_id == conversation.pk]
    message = write(letter, conversation, question, where, earlier)
    people = name_everybody(letter, message, sender)
    take_part(conversation, question, where, is_first, people)
    remember_keys(conversation, question)
    settle(letter, conversation, message, is_first)
    index.write(
        kind="message",
        ref_id=message.pk,
        conversation_id=conversation.pk,
        at=message.received_at,
        text=f"{message.subject}\n{sender.contact.name} {sender.value}\n{message.visible_text}",
    )
    tell(letter, conversation, message, where, is_first)
    return message


def identity_of_sender(inbound: Inbound, source: str) -> Identity:
    """Who wrote. A letter without a readable address is nobody's we know, and never the same nobody twice."""
    sender = inbound.sender
    if sender.value:
        return identify(kind=sender.kind, value=sender.value, name=sender.name, source=source)
    return identify(
        kind=Identity.Kind.HANDLE, value=f"nobody/{inbound.fingerprint}", name=sender.name, source=source
    )


def open_conversation(letter: Letter, sender: Identity) -> Conversation:
    inbox, held_back = letter.inbox, letter.held_back or letter.is_settled
    at = letter.received_at
    conversation = rows.insert(
        Conversation(
            contact=sender.contact,
            brand_id=inbox.brand_id,
            inbox=inbox,
            team_id=inbox.team_id,
            subject=cut(letter.inbound.subject, 250),
            language=sender.contact.language,
            # A machine's letter, or an old one, is kept and can be found, but asks nobody to act.
            status=Conversation.Status.RESOLVED if held_back else Conversation.Status.OPEN,
            resolved_at=at if held_back else None,
            created_at=at,
            last_activity_at=at,
        )
    )
    rows.insert(Episode(conversation=conversation, opened_at=at, resolved_at=at if held_back else None))
    return conversation


def write(
    letter: Letter, conversation: Conversation, question: Question, where: Place, earlier: list[int]
) -> Message:
    inbound, partner = letter.inbound, question.roles.get(conversation.pk) == Participant.Role.PARTNER
    message = rows.insert(
        Message(
            conversation=conversation,
            inbox=letter.inbox,
            direction=Message.Direction.IN,
            # A partner's answer is never the customer's.
            audience=Message.Audience.PARTNER if partner else Message.Audience.CUSTOMER,
            source=Message.Source.IMPORT if letter.is_quiet else Message.Source.LIVE,
            automatic=inbound.automatic,
            sender=question.sender,
            subject=cut(inbound.subject, 250),
            text=inbound.text,
            html=inbound.html,
            visible_text=visible_part(inbound.text),
            external_id=inbound.external_id,
            fingerprint=inbound.fingerprint,
            raw_id=letter.arrival.blob_id if letter.arrival else None,
            thread_reason=where.reason,
            notice=inbound.notice,
            sent_at=inbound.sent_at,
            received_at=letter.received_at,
            answered_id=earlier[-1] if earlier else None,
        )
    )
    attach(message, letter)
    return message


def attach(message: Message, letter: Letter):
    if not letter.files:
        return
    blobs = store.saved([blob for blob, _ in letter.files])
    rows.insert_all(
        Attachment(
            message=message,
            blob=blob,
            name=cut(file.name, 250),
            content_type=file.content_type[:120],
            content_id=file.content_id[:250],
            is_inline=file.inline,
        )
        for blob, (_, file) in zip(blobs, letter.files, strict=True)
    )


def name_everybody(letter: Letter, message: Message, sender: Identity) -> list[Identity]:
    """Write down everybody the letter names. Returns the people outside our office beside the sender."""
    # Who receives the same newsletter is not our customer.
    people = letter.others[:MOST_PEOPLE] if letter.inbound.automatic != Automatic.LIST else []
    known = {
        p.value: identify(kind=p.kind, value=p.value, name=p.name, source=letter.inbox.kind) for p in people
    }
    named = [(letter.inbound.sender, sender)]
    named += [(party, known.get(party.value)) for party in letter.inbound.recipients]
    rows.insert_all(
        Recipient(
            message=message,
            role=party.role,
            identity=identity,
            address=party.value[:320],
            written=cut(party.written, 500),
        )
        for party, identity in named
    )
    return list(known.values())


def take_part(
    conversation: Conversation, question: Question, where: Place, is_first: bool, people: list[Identity]
):
    """The sender takes part from now on; a stranger visibly as somebody else, with nobody brought along."""
    role = Participant.Role.CUSTOMER if is_first else Participant.Role.COPIED
    if not is_first and not where.takes_part:
        role, people = Participant.Role.OTHER, []
    takers = [
        Participant(conversation=conversation, identity=one, role=Participant.Role.COPIED) for one in people
    ]
    if question.roles.get(conversation.pk) is None:
        takers.insert(0, Participant(conversation=conversation, identity=question.sender, role=role))
    rows.insert_all(takers, ignore_conflicts=True)


def remember_keys(conversation: Conversation, question: Question):
    """Keep every id of the thread, so that later letters find it whichever of them they name."""
    keys = []
    for named in question.all_ids:
        stored = question.keys.get(named, [])
        known = any(kind == ThreadKey.Kind.OURS or pk == conversation.pk for kind, pk in stored)
        if not known:
            keys.append(ThreadKey(conversation=conversation, kind=ThreadKey.Kind.THEIRS, key=named))
    orders = order_keys(question.sender, question.inbound)
    keys += [ThreadKey(conversation=conversation, kind=ThreadKey.Kind.ORDER, key=key[:500]) for key in orders]
    rows.insert_all(keys, ignore_conflicts=True)


def settle(letter: Letter, conversation: Conversation, message: Message, is_first: bool):
    """Status, waiting time and counters. Machines change none of them."""
    fields = ["last_message", "last_activity_at"]
    conversation.last_message = message
    conversation.last_activity_at = max(conversation.last_activity_at, message.received_at)
    asks = not message.holds_back and not letter.is_settled
    if asks and conversation.status != Conversation.Status.SPAM:
        if not is_first:
            reopen_for(conversation, message, quiet=letter.is_quiet)
        if conversation.waiting_since is None:
            conversation.waiting_since = message.received_at
        fields += ["waiting_since"]
    rows.update(conversation, *fields)


def tell(letter: Letter, conversation: Conversation, message: Message, where: Place, is_first: bool):
    actor = Actor.contact(message.sender.contact_id)
    tell_one = partial(record, actor=actor, quiet=letter.is_quiet)
    if is_first:
        tell_one(ConversationOpened(conversation_id=conversation.pk))
    if where.continues:
        link(conversation, where.continues, Link.Kind.CONTINUES, actor=actor)
    tell_one(
        MessageReceived(
            conversation_id=conversation.pk,
            message_id=message.pk,
            automatic=message.automatic,
            is_first=is_first,
        )
    )
