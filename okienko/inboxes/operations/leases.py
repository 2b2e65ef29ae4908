"""One process at a time fetches from a mailbox."""

from datetime import timedelta

from django.utils import timezone

from okienko.events import queue
from okienko.inboxes.models import Mailbox

LEASE = timedelta(seconds=30)


def claim(mailbox_id: int, holder: str) -> bool:
    """True when the mailbox is ours from now on, for LEASE."""
    free = Mailbox.objects.free().filter(pk=mailbox_id)
    return bool(free.update(holder=holder, lease_until=timezone.now() + LEASE))


def stretch(holder: str) -> set[int]:
    """Hold on to what we hold; the ids of the mailboxes that are still ours."""
    ours = Mailbox.objects.filter(holder=holder)
    ours.update(lease_until=timezone.now() + LEASE)
    return set(ours.values_list("pk", flat=True))


def release(mailbox_id: int, holder: str):
    Mailbox.objects.filter(pk=mailbox_id, holder=holder).update(holder="", lease_until=None)


def free_those_of_the_dead() -> int:
    """Let go of what processes of this machine held that no longer exist. Returns how many."""
    held = Mailbox.objects.exclude(holder="").values_list("holder", flat=True).distinct()
    dead = [holder for holder in held if not queue.lives(holder)]
    return Mailbox.objects.filter(holder__in=dead).update(holder="", lease_until=None) if dead else 0
