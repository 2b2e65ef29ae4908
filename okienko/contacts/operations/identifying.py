"""Who is behind an address."""

from okienko.contacts.events import ContactAdded
from okienko.contacts.models import Contact, Identity
from okienko.contacts.operations.indexing import index_again, index_new
from okienko.events.log import Actor, record
from okienko.lib import rows
from okienko.lib.text import cut, one_line


def identify(*, kind: str, value: str, name: str = "", source: str = "") -> Identity:
    """The identity behind an address, with its contact; a new contact the first time we see it.

    A name that came with the address fills an empty one and never replaces another.
    """
    known = _known(kind, value) or _add(kind, value, name, source)
    contact = known.contact
    if name and not contact.name and not (known.is_relay or known.is_shared):
        contact.name = cut(one_line(name), 200)
        contact.save(update_fields=["name"])
        index_again(contact)
    return known


def _known(kind: str, value: str) -> Identity | None:
    return rows.get(Identity, related=("contact",), kind=kind, value=value)


def _add(kind: str, value: str, name: str, source: str) -> Identity:
    contact = rows.insert(Contact(name=cut(one_line(name), 200)))
    identity = Identity(contact=contact, kind=kind, value=value, source=source)
    if not rows.insert_new(identity):  # somebody else added it a moment ago
        contact.delete()
        return Identity.objects.select_related("contact").get(kind=kind, value=value)
    index_new(contact, identity)
    record(ContactAdded(contact_id=contact.pk, identity_id=identity.pk), actor=Actor.contact(contact.pk))
    return identity
