"""Work of the queue that concerns conversations."""

import logging
import traceback
from datetime import timedelta

from django.db import DatabaseError, DataError
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from okienko.accounts.models import Agent, Team
from okienko.accounts.operations import teaming
from okienko.conversations import operations
from okienko.conversations.models import Delivery, Message
from okienko.events import queue
from okienko.events.log import Actor
from okienko.events.worker import RunAgain
from okienko.files import store
from okienko.inboxes import registry, sent_copies
from okienko.inboxes.channel import Inbound, InboundFile
from okienko.inboxes.models import Arrival, Inbox
from okienko.inboxes.operations import nudge_unread
from okienko.inboxes.operations.describing import describe
from okienko.lib import rows

logger = logging.getLogger(__name__)
MISSED = timedelta(minutes=2)  # rows that wait longer than this without a job were forgotten


@task
def process_arrival(arrival_id: int):
    """Read one arrival and put what it holds where it belongs."""
    arrival = rows.get(Arrival, related=("inbox", "blob"), pk=arrival_id)
    if arrival is None or arrival.state == Arrival.State.DONE:
        return
    payload = arrival.blob.read()
    for inbound in registry.channel_for(arrival.inbox.kind).parse(payload):
        take(arrival, inbound, payload)


def take(arrival: Arrival, inbound: Inbound, payload: bytes):
    """Receive what was parsed; a letter that we cannot digest becomes a conversation with the raw letter attached."""
    if inbound.notice == "unreadable":
        inbound = bare(inbound, payload)
    try:
        operations.receive(arrival.inbox, inbound, arrival=arrival)
    except DataError as error:  # a value no column takes: the letter is at fault, trying again cannot help
        operations.receive(arrival.inbox, bare(inbound, payload, type(error).__name__), arrival=arrival)
    except (DatabaseError, OSError):
        raise  # the database or the disk is at fault, not the letter: try again
    except Exception as error:  # noqa: BLE001 - no letter is ever dropped for a fault of ours
        # Where, but not what: the message of an exception may quote the letter.
        place = traceback.extract_tb(error.__traceback__)[-1]
        logger.error(  # noqa: TRY400
            "arrival %s could not be read as a letter (%s in %s:%s); kept as a file",
            arrival.pk, type(error).__name__, place.name, place.lineno,
        )  # fmt: skip
        operations.receive(arrival.inbox, bare(inbound, payload, type(error).__name__), arrival=arrival)


def bare(inbound: Inbound, payload: bytes, notice: str = "unreadable") -> Inbound:
    """Sender and subject only, with the raw letter as a file."""
    return Inbound(
        external_id=inbound.external_id,
        fingerprint=inbound.fingerprint or store.keep(payload).sha256,
        sender=inbound.sender,
        subject=inbound.subject,
        received_at=inbound.received_at,
        files=(InboundFile("message.eml", "message/rfc822", payload),),
        notice=notice[:20],
    )


@task(queue_name="network")
def send_message(message_id: int):
    """Hand a message to its channel; come back when the next try is due."""
    # One job per message at a time (its lane), so that its name can serve as the claim.
    wait = operations.send(message_id, claim=f"message/{message_id}")
    if wait is not None:
        raise RunAgain(wait)


@task(queue_name="network")
def copy_to_sent(inbox_id: int, message_id: int):
    """Lay a sent message into the mailbox's folder for sent mail, once."""
    message = Message.objects.select_related("inbox", "raw").filter(pk=message_id, inbox=inbox_id).first()
    if message and message.raw:
        sent_copies.lay(message.inbox, message.raw.read(), message.external_id)


@task
def hand_on(agent_id: int, heir_kind: str, heir_id: int | None, by: int):
    """What somebody who left was taking care of goes to their heir: "nobody", "agent" or "team"."""
    agent = Agent.objects.get(pk=agent_id)
    if agent.is_active:
        return  # came back meanwhile, and keeps what they have
    kinds = {"agent": Agent.objects.filter(is_active=True), "team": Team.objects.all()}
    heir = kinds[heir_kind].filter(pk=heir_id).first() if heir_kind in kinds else None
    while operations.hand_on_batch(agent, heir=heir, actor=Actor("agent", by)):
        pass
    operations.stop_following(agent)


@task
def empty_team(team_id: int, heir_id: int | None, by: int):
    """What lies in a team that was given up goes to its heir; then the team is deleted."""
    team, heir = Team.objects.filter(pk=team_id).first(), Team.objects.filter(pk=heir_id or 0).first()
    if team is None or (heir_id and heir is None):
        return  # deleted already, or the heir is gone too: what lies there must not become everybody's
    actor = Actor("agent", by)
    for inbox in Inbox.objects.filter(team=team).select_related("brand"):
        describe(inbox, name=inbox.name, brand=inbox.brand, team=heir, is_closed=inbox.is_closed, actor=actor)
    while operations.empty_team_batch(team, heir=heir, actor=actor):
        pass
    teaming.delete_team(team, actor=actor)


@task
def sweep():
    """The rows are the truth, jobs are nudges: queue again whatever waits without a job."""
    nudge_unread(older_than=MISSED)
    late = timezone.now() - MISSED
    due = Q(state=Delivery.State.QUEUED, next_attempt_at__lt=late)
    due |= Q(state=Delivery.State.SENDING, lease_until__lt=late)
    waiting = set(Delivery.objects.filter(due).values_list("recipient__message_id", flat=True)[:1000])
    for message_id in waiting - queue.waiting_args("conversations.send_message", "message_id"):
        send_message.enqueue(message_id=message_id)
