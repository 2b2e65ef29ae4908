"""Brands, inboxes and their addresses."""

import json

from django.db import transaction

from okienko.events.log import Actor, record
from okienko.inboxes.events import MailboxChanged
from okienko.inboxes.models import Address, Brand, Inbox


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
    """An alias: mail to it comes to this inbox. IntegrityError when it leads to an inbox already."""
    return Address.objects.create(inbox=inbox, value=value.strip().lower())


@transaction.atomic
def set_addresses(inbox: Inbox, primary: str, aliases: list[str], *, actor: Actor):
    """The one we write from, and the others that lead here. IntegrityError when one belongs to another inbox."""
    wanted = list(dict.fromkeys(value.strip().lower() for value in [primary, *aliases] if value.strip()))
    inbox.addresses.exclude(value__in=wanted).delete()
    inbox.addresses.update(is_primary=False)
    known = set(inbox.addresses.values_list("value", flat=True))
    Address.objects.bulk_create(Address(inbox=inbox, value=value) for value in wanted if value not in known)
    inbox.addresses.filter(value=wanted[0]).update(is_primary=True)
    record(MailboxChanged(inbox_id=inbox.pk, change="addresses"), actor=actor)
