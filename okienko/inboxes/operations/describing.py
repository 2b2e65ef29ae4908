"""What a mailbox is called, to whom it belongs and who sees it."""

from django.db import transaction

from okienko.events.log import Actor, record
from okienko.inboxes.events import MailboxChanged
from okienko.inboxes.models import Brand, Inbox
from okienko.inboxes.operations.differing import differences


def brand_named(name: str) -> Brand:
    """The brand of this name, made when there is none."""
    return Brand.objects.get_or_create(name=name, defaults={"sender_name": name})[0]


@transaction.atomic
def describe(inbox: Inbox, *, name: str, brand: Brand, team, is_closed: bool, actor: Actor):
    """Conversations that are there keep their brand and team; who may see them follows the inbox at once."""
    before = described(inbox)
    inbox.name, inbox.brand, inbox.team, inbox.is_closed = name, brand, team, is_closed
    changed = differences(before, described(inbox))
    inbox.save(update_fields=["name", "brand", "team", "is_closed"])
    record(MailboxChanged(inbox_id=inbox.pk, change="changed", changed=changed), actor=actor)


def described(inbox: Inbox) -> dict:
    return {name: getattr(inbox, name) for name in ("name", "brand_id", "team_id", "is_closed")}
