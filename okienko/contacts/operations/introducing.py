"""Somebody of whom only the name is known: they called from a hidden number, or came to the counter."""

from django.db import transaction

from okienko.contacts.events import ContactAdded
from okienko.contacts.models import Contact
from okienko.contacts.operations.indexing import KIND
from okienko.events.log import Actor, record
from okienko.lib import rows
from okienko.lib.text import cut, one_line
from okienko.search import index


@transaction.atomic
def introduce(name: str, *, actor: Actor) -> Contact:
    """A new contact without any address. Two people of one name stay two. ValueError without a name."""
    name = cut(one_line(name), 200)
    if not name:
        raise ValueError("a name has letters")
    contact = rows.insert(Contact(name=name))
    index.write(kind=KIND, ref_id=contact.pk, at=contact.created_at, text=name)
    record(ContactAdded(contact_id=contact.pk), actor=actor)
    return contact
