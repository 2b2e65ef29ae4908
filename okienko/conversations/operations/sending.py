"""Hand a written message to its channel, once, with bytes that never change between tries."""

import logging
import time
from copy import copy
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from okienko.conversations.events import DeliveryChanged
from okienko.conversations.models import Delivery, Message
from okienko.conversations.operations.composing import fixed_bytes, lighter_bytes
from okienko.conversations.operations.replying import sending_address
from okienko.events.log import Actor, record
from okienko.inboxes import registry
from okienko.inboxes.channel import ChannelError, Refusal, Sent, ServerTrouble, Throttled, TooBig
from okienko.inboxes.models import Inbox
from okienko.inboxes.oauth import ConsentError
from okienko.inboxes.operations import connecting_config, sending_failed, sending_works
from okienko.inboxes.source import Trouble

logger = logging.getLogger(__name__)
State = Delivery.State
# A sending that another job began is left alone this long; the same job goes on at once.
LEASE = timedelta(minutes=10)
PACES = {
    "per_minute": timedelta(minutes=1), "per_hour": timedelta(hours=1), "per_day": timedelta(days=1)
}  # fmt: skip
WHILE_PAUSED = timedelta(minutes=1)
WAITS = [0.2, 1, 2, 4, 8, 15, 30]  # seconds between tries to write down what has become of a letter
DELAYS = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 40, 60, 120, 240, 480, 960)]


class NotForOutside(Exception):
    """A note, or what was written down of a call, was about to leave the house."""


def send(message_id: int, *, claim: str) -> timedelta | None:
    """Send a message to its recipients that are due. `claim`: name of the calling job, the same at each of its runs.

    Returns the time until the next try, None when nothing is left to try.
    """
    message = Message.objects.select_related("conversation__brand", "inbox", "raw", "agent").get(
        pk=message_id
    )
    inbox = message.inbox
    if inbox is None or message.audience == Message.Audience.INTERNAL or message.kind != Message.Kind.WORDS:
        raise NotForOutside(f"message {message_id}")
    if inbox.is_paused:
        return WHILE_PAUSED
    payload = fixed_bytes(message)
    if wait := too_fast(inbox):
        return wait
    due = claimed(message, claim)
    if due:
        addresses = [delivery.recipient.address for delivery in due]
        later, trouble = timedelta(0), ""
        try:
            sent = handed_over(message, payload, addresses)
        except ChannelError as error:
            sent = Sent(refused=tuple(Refusal(one, error.reason, error.permanent) for one in addresses))
            later = error.retry_after if isinstance(error, Throttled) else later
            trouble = error.reason if isinstance(error, ServerTrouble) else ""
        surely_written_down(message, due, sent, later)
        remember_health(inbox, trouble)
    return until_next(message)


def handed_over(message: Message, payload: bytes, addresses: list[str]) -> Sent:
    """Hand the letter to the channel; one too big for the server goes with links instead of its files."""
    inbox = message.inbox
    channel = registry.channel_for(inbox.kind)
    sender = sending_address(inbox)
    try:
        config = connecting_config(inbox)
    except ConsentError as error:
        raise ServerTrouble(Trouble.CONSENT, error.reason) from None
    try:
        return channel.send(config, payload, sender=sender, recipients=addresses)
    except TooBig as error:
        payload = lighter_bytes(message, error)
        return channel.send(config, payload, sender=sender, recipients=addresses)


def remember_health(inbox: Inbox, trouble: str):
    """For the owners, and only after what has become of the letter is written down: it may never cost a second one."""
    try:
        if trouble:
            sending_failed(inbox, trouble)
        else:
            sending_works(inbox)
    except (OperationalError, InterfaceError) as error:
        logger.warning("how inbox %s sends was not written down: %s", inbox.pk, type(error).__name__)
        connection.close()


def too_fast(inbox: Inbox) -> timedelta | None:
    """How long to wait where the shop has said how much its server takes in a minute or an hour."""
    now = timezone.now()
    for key, span in PACES.items():
        most = inbox.config.get(key)
        if not most:
            continue
        recent = Delivery.objects.filter(sent_at__gt=now - span, recipient__message__inbox=inbox)
        times = list(recent.order_by("-sent_at").values_list("sent_at", flat=True)[: int(most)])
        if len(times) >= int(most):
            return max(times[-1] + span - now, timedelta(seconds=1))
    return None


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


def surely_written_down(
    message: Message, deliveries: list[Delivery], sent: Sent, later: timedelta = timedelta(0)
):
    """Try again while the database is away: the letter has left, and forgetting it would send it twice."""
    for seconds in WAITS:
        try:
            written_down(message, [copy(delivery) for delivery in deliveries], sent, later)
        except (OperationalError, InterfaceError) as error:
            logger.warning("message %s left; writing that down failed: %s", message.pk, type(error).__name__)
            connection.close()
            time.sleep(seconds)
        else:
            return
    written_down(message, deliveries, sent, later)


@transaction.atomic
def written_down(message: Message, deliveries: list[Delivery], sent: Sent, later: timedelta):
    """Remember what became of each recipient, with the server's words. `later`: the least wait for those put off."""
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
            wait_or_give_up(delivery, refusal, now, later)
        delivery.save()
        fact = DeliveryChanged(
            conversation_id=message.conversation_id,
            message_id=message.pk,
            delivery_id=delivery.pk,
            state=delivery.state,
        )
        record(fact, actor=Actor.system())


def wait_or_give_up(delivery: Delivery, refusal: Refusal, now: datetime, later: timedelta):
    delivery.reason = refusal.reason[:500]
    if refusal.permanent or delivery.attempts > len(DELAYS):
        delivery.state, delivery.next_attempt_at = State.FAILED, None
    else:
        delivery.state = State.QUEUED
        delivery.next_attempt_at = now + max(DELAYS[delivery.attempts - 1], later)


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
