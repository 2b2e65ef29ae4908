"""How fetching and sending go, and when the owners must be told."""

from django.db import transaction
from django.utils import timezone

from okienko.events.log import Actor, record
from okienko.inboxes.events import MailboxRunsAgain, MailboxStopped
from okienko.inboxes.models import Inbox, Mailbox
from okienko.inboxes.source import Trouble


@transaction.atomic
def all_well(mailbox: Mailbox):
    """A complete look into the mailbox has ended."""
    mailbox.refresh_from_db(fields=["told_of_fetching"])
    if mailbox.told_of_fetching:
        record(MailboxRunsAgain(inbox_id=mailbox.inbox_id, direction="fetching"), actor=Actor.system())
    Mailbox.objects.filter(pk=mailbox.pk).update(
        fetched_at=timezone.now(), failing_since=None, trouble="", error="", waiting=0, told_of_fetching=None
    )


def failed(mailbox: Mailbox, trouble: Trouble, reason: str):
    """Looking did not work. The first failure's time stays until the next success."""
    fresh = Mailbox.objects.filter(pk=mailbox.pk)
    fresh.filter(failing_since=None).update(failing_since=timezone.now())
    fresh.update(trouble=trouble, error=reason[:500])


def sending_failed(inbox: Inbox, reason: str):
    """The inbox's server took nothing: it is away, refuses us, or cannot be trusted."""
    mailbox, _ = Mailbox.objects.get_or_create(inbox=inbox)
    fresh = Mailbox.objects.filter(pk=mailbox.pk)
    fresh.filter(sending_failing_since=None).update(sending_failing_since=timezone.now())
    fresh.update(sending_error=reason[:500])


@transaction.atomic
def sending_works(inbox: Inbox):
    """Its server took a letter. Costs one statement where nothing had failed."""
    failing = Mailbox.objects.filter(inbox=inbox).exclude(sending_failing_since=None).first()
    if failing is None:
        return
    if failing.told_of_sending:
        record(MailboxRunsAgain(inbox_id=failing.inbox_id, direction="sending"), actor=Actor.system())
    failing.sending_failing_since, failing.sending_error, failing.told_of_sending = None, "", None
    failing.save(update_fields=["sending_failing_since", "sending_error", "told_of_sending"])


def tell_what_has_stopped() -> int:
    """Record each mailbox that has stopped fetching or sending, once per outage. Returns how many."""
    found = 0
    for mailbox in Mailbox.objects.select_related("inbox"):
        if mailbox.fetching_has_stopped and not mailbox.told_of_fetching:
            found += _tell(mailbox, "fetching", mailbox.trouble)
        if mailbox.sending_has_stopped and not mailbox.told_of_sending:
            found += _tell(mailbox, "sending", "")
    return found


@transaction.atomic
def _tell(mailbox: Mailbox, direction: str, trouble: str) -> int:
    field = f"told_of_{direction}"
    first = Mailbox.objects.filter(pk=mailbox.pk, **{field: None}).update(**{field: timezone.now()})
    if first:
        fact = MailboxStopped(inbox_id=mailbox.inbox_id, direction=direction, trouble=trouble)
        record(fact, actor=Actor.system())
    return first
