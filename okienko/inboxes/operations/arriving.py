"""Letters stored before anybody reads them."""

import hashlib
import re
from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from okienko.events import queue
from okienko.files import store
from okienko.files.models import Blob
from okienko.inboxes.models import Arrival, Checkup, Folder, Inbox
from okienko.inboxes.operations import ledger
from okienko.inboxes.source import Fetched
from okienko.lib import rows

PROCESS_ARRIVAL = "inboxes.process_arrival"  # the name wiring gives to the job that reads an arrival
LAST = -1  # an import gives way to letters of today
TRIAL_LETTER = "a trial letter of ours"
MARK = b"X-Okienko-Check"
TRIAL = re.compile(rb"^X-Okienko-Check:[ \t]*([\w-]{8,40})[ \t]*\r?$", re.MULTILINE)
HEAD = 65536  # bytes of a letter in which its trial mark would stand, below what servers put on top


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
            if is_trial(inbox, payload):
                mark_read(arrival, error=TRIAL_LETTER)
            else:
                queue.add(PROCESS_ARRIVAL, {"arrival_id": arrival.pk}, priority=LAST if quiet else 0)
    except IntegrityError:  # delivered before
        return Arrival.objects.get(inbox=inbox, delivery_key=delivery_key)
    return arrival


def take_in_fetched(
    inbox: Inbox,
    folder: Folder,
    letters: Sequence[Fetched],
    *,
    confirm: int = 0,
    quiet: bool = False,
    is_old: bool = False,
) -> int:
    """Store letters out of a folder, each once whatever happened before. Returns how many were new.

    `quiet`: an import; `is_old`: what it brings was dealt with, whatever the server says. `confirm`: up to this number nothing of the folder is left to fetch (0: says nothing). All in one
    transaction; OSError or a database error: nothing is stored, and `folder` must be read again.
    """
    kept = [(letter, store.keep(letter.payload)) for letter in letters]
    own = {folder.key(letter.number) for letter in letters if is_trial(inbox, letter.payload)}
    with transaction.atomic():
        arrivals = [
            arrived(inbox, folder, letter, blob, quiet=quiet, settled=quiet and (is_old or letter.is_settled))
            for letter, blob in kept
        ]
        fresh = [arrival for arrival in arrivals if arrival]
        for arrival in fresh:
            if arrival.delivery_key in own:
                mark_read(arrival, error=TRIAL_LETTER)
            else:
                queue.add(PROCESS_ARRIVAL, {"arrival_id": arrival.pk}, priority=LAST if quiet else 0)
        ledger.confirm(folder, confirm)
    return len(fresh)


def arrived(
    inbox: Inbox, folder: Folder, letter: Fetched, blob: Blob, *, quiet: bool, settled: bool
) -> Arrival | None:
    """The row of a letter, None when we have it."""
    (saved,) = store.saved([blob])
    cut = f"only the first {len(letter.payload)} of {letter.size} bytes"
    arrival = Arrival(
        inbox=inbox,
        delivery_key=folder.key(letter.number),
        blob=saved,
        is_quiet=quiet,
        is_settled=settled,
        error=cut if letter.size > len(letter.payload) else "",
    )
    return arrival if rows.insert_new(arrival) else None


def is_trial(inbox: Inbox, payload: bytes) -> bool:
    """Did we write it ourselves, to try the mailbox out? Then it is nobody's conversation."""
    if MARK not in payload[:HEAD]:  # quick, and true of nearly every letter
        return False
    found = TRIAL.search(payload[:HEAD])
    return bool(found and Checkup.objects.filter(inbox=inbox, token=found[1].decode()).exists())


def mark_read(arrival: Arrival, *, error: str = ""):
    """The arrival has become a message. `error`: what could not be understood of it."""
    arrival.state, arrival.error = Arrival.State.DONE, (error or arrival.error)[:250]
    rows.update(arrival, "state", "error")


def nudge_unread(*, older_than: timedelta) -> int:
    """Queue again the reading of arrivals that nobody has read for `older_than`. Returns how many."""
    waiting = Arrival.objects.filter(state=Arrival.State.NEW, created_at__lt=timezone.now() - older_than)
    queued = queue.waiting_args(PROCESS_ARRIVAL, "arrival_id")
    missed = [pk for pk in waiting.values_list("pk", flat=True)[:1000] if pk not in queued]
    for pk in missed:
        queue.add(PROCESS_ARRIVAL, {"arrival_id": pk})
    return len(missed)
