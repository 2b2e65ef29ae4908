"""Changes to brands, inboxes and arrivals."""

import hashlib
import json

from django.db import IntegrityError, transaction
from django.utils import timezone

from okienko.events import queue
from okienko.files import store
from okienko.inboxes.models import Address, Arrival, Brand, Inbox
from okienko.lib import rows

PROCESS_ARRIVAL = "inboxes.process_arrival"  # the name wiring gives to the job that reads an arrival


def add_brand(*, name: str, sender_name: str = "", language: str = "pl") -> Brand:
    return Brand.objects.create(name=name, sender_name=sender_name, language=language)


@transaction.atomic
def add_inbox(  # one keyword for each thing an inbox is made of
    *,
    brand: Brand,
    name: str,
    kind: str,
    address: str = "",
    config: dict | None = None,
    secrets: dict | None = None,
    team=None,
    is_closed: bool = False,
) -> Inbox:
    inbox = Inbox.objects.create(
        brand=brand,
        name=name,
        kind=kind,
        config=config or {},
        secrets=json.dumps(secrets) if secrets else "",
        team=team,
        is_closed=is_closed,
    )
    if address:
        Address.objects.create(inbox=inbox, value=address.lower(), is_primary=True)
    return inbox


def add_address(inbox: Inbox, value: str) -> Address:
    """An alias: mail to it comes to this inbox."""
    return Address.objects.create(inbox=inbox, value=value.lower())


def take_in(
    inbox: Inbox, payload: bytes, *, recipient: str = "", delivery_key: str = "", quiet: bool = False
) -> Arrival:
    """Store what came, durably, before anybody reads it. The same delivery twice is one arrival.

    OSError or a database error means: not stored, the sender must keep it.
    """
    if not delivery_key:
        delivery_key = hashlib.sha256(payload + recipient.encode("utf-8", "replace")).hexdigest()
    kept = store.keep(payload)
    arrival = Arrival(inbox=inbox, delivery_key=delivery_key, recipient=recipient[:320], is_quiet=quiet)
    try:
        with transaction.atomic():
            (arrival.blob,) = store.saved([kept])
            rows.insert(arrival)
            queue.add(PROCESS_ARRIVAL, {"arrival_id": arrival.pk})
    except IntegrityError:  # delivered before
        return Arrival.objects.get(inbox=inbox, delivery_key=delivery_key)
    return arrival


def mark_read(arrival: Arrival, *, error: str = ""):
    """The arrival has become a message. `error`: what could not be understood of it."""
    arrival.state, arrival.error = Arrival.State.DONE, error[:250]
    rows.update(arrival, "state", "error")


def nudge_unread(*, older_than) -> int:
    """Queue again the reading of arrivals that nobody has read for `older_than`. Returns how many."""
    waiting = Arrival.objects.filter(state=Arrival.State.NEW, created_at__lt=timezone.now() - older_than)
    queued = queue.waiting_args(PROCESS_ARRIVAL, "arrival_id")
    missed = [pk for pk in waiting.values_list("pk", flat=True)[:1000] if pk not in queued]
    for pk in missed:
        queue.add(PROCESS_ARRIVAL, {"arrival_id": pk})
    return len(missed)
