"""Hand a written message to its channel, once, with bytes that never change between tries."""

import logging
import time
from copy import copy
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from okienko.conversations.addressing import signed_address, subject_token
from okienko.conversations.events import DeliveryChanged
from okienko.conversations.models import Conversation, Delivery, Message
from okienko.conversations.operations.replying import sending_address
from okienko.events.log import Actor, record
from okienko.files import store
from okienko.inboxes import registry
from okienko.inboxes.channel import ChannelError, Outbound, OutboundFile, Party, Refusal, Role, Sent

logger = logging.getLogger(__name__)
State = Delivery.State
# A sending that another job began is left alone this long; the same job goes on at once.
LEASE = timedelta(minutes=5)
WAITS = [0.2, 1, 2, 4, 8, 15, 30]  # seconds between tries to write down what has become of a letter
DELAYS = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 40, 60, 120, 240, 480, 960)]


class NotForOutside(Exception):
    """A note was about to leave the house."""


def send(message_id: int, *, claim: str) -> timedelta | None:
    """Send a message to its recipients that are due. `claim`: name of the calling job, the same at each of its runs.

    Returns the time until the next try, None when nothing is left to try.
    """
    message = Message.objects.select_related("conversation__brand", "inbox", "raw", "agent").get(
        pk=message_id
    )
    if message.audience == Message.Audience.INTERNAL or message.inbox is None:
        raise NotForOutside(f"message {message_id}")
    payload = fixed_bytes(message)
    due = claimed(message, claim)
    if due:
        channel = registry.channel_for(message.inbox.kind)
        addresses = [delivery.recipient.address for delivery in due]
        try:
            sent = channel.send(
                message.inbox.sending_config(),
                payload,
                sender=sending_address(message.inbox),
                recipients=addresses,
            )
        except ChannelError as error:
            sent = Sent(refused=tuple(Refusal(one, error.reason, error.permanent) for one in addresses))
        surely_written_down(message, due, sent)
    return until_next(message)


def fixed_bytes(message: Message) -> bytes:
    """The letter exactly as it goes out, written to disk before the first try."""
    if message.raw is None:
        channel = registry.channel_for(message.inbox.kind)
        payload = channel.compose(as_outbound(message))
        kept = store.keep(payload)
        (itself,) = channel.parse(payload)
        with transaction.atomic():
            (message.raw,) = store.saved([kept])
            # Our own letter may come back to one of our mailboxes: then it is known by this.
            message.fingerprint = itself.fingerprint
            message.save(update_fields=["raw", "fingerprint"])
    return message.raw.read()


def as_outbound(message: Message) -> Outbound:
    conversation = message.conversation
    address = sending_address(message.inbox)
    plus = message.inbox.config.get("plus_addressing", False)
    people = [
        Party("email", one.address, role=Role(one.role), written=one.written)
        for one in message.recipients.exclude(role=Role.FROM)
    ]
    return Outbound(
        external_id=message.external_id,
        audience=message.audience,
        sender=Party("email", address, name=conversation.brand.sender_name or conversation.brand.name),
        recipients=tuple(people),
        subject=answer_subject(conversation),
        text=message.text,
        html=message.html,
        date=message.received_at,
        reply_to=signed_address(address, conversation) if plus else "",
        in_reply_to=message.answered.external_id if message.answered else "",
        references=tuple(references(message)),
        files=tuple(
            OutboundFile(file.name, file.content_type, file.blob.read(), file.content_id)
            for file in message.attachments.select_related("blob")
        ),
    )


def answer_subject(conversation: Conversation) -> str:
    token, subject = subject_token(conversation), conversation.subject
    start = "" if subject.lower().startswith(("re:", "odp:")) else "Re: "
    return f"{start}{subject}" if token in subject else f"{start}{subject} {token}".replace("  ", " ")


def references(message: Message) -> list[str]:
    """Ids of what these recipients know of the thread, oldest first, ending in the message answered."""
    earlier = message.conversation.messages.filter(audience=message.audience, pk__lt=message.pk)
    ids = [pk for pk in earlier.values_list("external_id", flat=True) if pk]
    answered = message.answered.external_id if message.answered else ""
    return [*(one for one in ids if one != answered), *([answered] if answered else [])]


def claimed(message: Message, claim: str) -> list[Delivery]:
    """The deliveries this job may try now: due ones, its own unfinished ones, and those whose lease ran out."""
    now = timezone.now()
    mine = Q(state=State.QUEUED, next_attempt_at__lte=now) | Q(state=State.SENDING, claim=claim)
    mine |= Q(state=State.SENDING, lease_until__lt=now)
    with transaction.atomic():
        unsent = Delivery.objects.select_for_update().filter(mine, recipient__message=message)
        ids = list(unsent.values_list("pk", flat=True))
        Delivery.objects.filter(pk__in=ids).update(state=State.SENDING, claim=claim, lease_until=now + LEASE)
    return list(Delivery.objects.filter(pk__in=ids).select_related("recipient").order_by("pk"))


def surely_written_down(message: Message, deliveries: list[Delivery], sent: Sent):
    """Try again while the database is away: the letter has left, and forgetting it would send it twice."""
    for seconds in WAITS:
        try:
            written_down(message, [copy(delivery) for delivery in deliveries], sent)
        except (OperationalError, InterfaceError) as error:
            logger.warning("message %s left; writing that down failed: %s", message.pk, type(error).__name__)
            connection.close()
            time.sleep(seconds)
        else:
            return
    written_down(message, deliveries, sent)


@transaction.atomic
def written_down(message: Message, deliveries: list[Delivery], sent: Sent):
    """Remember what became of each recipient, with the server's words."""
    refused = {refusal.recipient: refusal for refusal in sent.refused}
    now = timezone.now()
    for delivery in deliveries:
        refusal = refused.get(delivery.recipient.address)
        delivery.attempts += 1
        delivery.lease_until, delivery.claim = None, ""
        if refusal is None:
            delivery.state, delivery.sent_at, delivery.next_attempt_at = State.SENT, now, None
            delivery.reason, delivery.provider_id = sent.words[:500], sent.provider_id[:250]
        else:
            wait_or_give_up(delivery, refusal, now)
        delivery.save()
        fact = DeliveryChanged(
            conversation_id=message.conversation_id,
            message_id=message.pk,
            delivery_id=delivery.pk,
            state=delivery.state,
        )
        record(fact, actor=Actor.system())


def wait_or_give_up(delivery: Delivery, refusal: Refusal, now):
    delivery.reason = refusal.reason[:500]
    if refusal.permanent or delivery.attempts > len(DELAYS):
        delivery.state, delivery.next_attempt_at = State.FAILED, None
    else:
        delivery.state = State.QUEUED
        delivery.next_attempt_at = now + DELAYS[delivery.attempts - 1]


def until_next(message: Message) -> timedelta | None:
    """Time until one of the message's deliveries may be tried again."""
    open_ones = Delivery.objects.filter(recipient__message=message, state__in=[State.QUEUED, State.SENDING])
    times = [one.lease_until if one.state == State.SENDING else one.next_attempt_at for one in open_ones]
    if not times:
        return None
    return max(min(time for time in times if time) - timezone.now(), timedelta(seconds=1))


@transaction.atomic
def send_again(message: Message, *, actor: Actor) -> int:
    """Try failed deliveries of a message once more („Ponów"). Returns how many."""
    failed = Delivery.objects.select_for_update().filter(
        recipient__message=message, state__in=[State.FAILED, State.QUEUED, State.BOUNCED]
    )
    again = list(failed)
    for delivery in again:
        delivery.state, delivery.attempts, delivery.next_attempt_at = State.QUEUED, 0, timezone.now()
        delivery.reason = _("Will be tried again now")
        delivery.save()
        fact = DeliveryChanged(
            conversation_id=message.conversation_id,
            message_id=message.pk,
            delivery_id=delivery.pk,
            state=State.QUEUED,
        )
        record(fact, actor=actor)
    return len(again)
