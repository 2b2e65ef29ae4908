"""The addresses and numbers of a customer: written down, chosen, forgotten, given to whom they belong."""

from django.db import transaction

from okienko.contacts import belongings
from okienko.contacts.events import (
    ContactAdded,
    IdentityAdded,
    IdentityCame,
    IdentityLeft,
    IdentityRemoved,
    PrimaryChosen,
)
from okienko.contacts.models import Contact, Identity
from okienko.contacts.operations.indexing import index_again, index_new
from okienko.contacts.operations.locking import both_locked, locked
from okienko.events.log import Actor, record
from okienko.lib import rows

BY_AGENT = "agent"  # Identity.source


class Belongs(Exception):
    """The address is somebody else's already. `identity`: theirs."""

    def __init__(self, identity: Identity):
        super().__init__(f"identity {identity.pk}")
        self.identity = identity


@transaction.atomic
def add_identity(contact: Contact, *, kind: str, value: str, actor: Actor) -> Identity:
    """Another address or number of theirs; `value` normalised. Nothing happens when they have it. Belongs."""
    contact = locked(contact.pk)
    identity = Identity(contact=contact, kind=kind, value=value, source=BY_AGENT)
    if not rows.insert_new(identity):
        known = Identity.objects.select_related("contact").get(kind=kind, value=value)
        if known.contact_id != contact.pk:
            raise Belongs(known)
        return known
    index_again(contact)
    record(IdentityAdded(contact_id=contact.pk, identity_id=identity.pk, kind=kind), actor=actor)
    return identity


@transaction.atomic
def choose_primary(identity: Identity, *, actor: Actor):
    """Of its kind, the one we write to or call from now on."""
    contact = locked(identity.contact_id)
    mine = contact.identities.filter(kind=identity.kind)
    if not mine.filter(pk=identity.pk, is_primary=False).exists():
        return
    mine.filter(is_primary=True).update(is_primary=False)
    mine.filter(pk=identity.pk).update(is_primary=True)
    fact = PrimaryChosen(contact_id=contact.pk, identity_id=identity.pk, kind=identity.kind)
    record(fact, actor=actor)


@transaction.atomic
def forget(identity: Identity, *, actor: Actor) -> bool:
    """Delete an address that nobody wrote from or to; False, and nothing happens, when something names it."""
    belongings.hold(identity)
    contact = locked(identity.contact_id)
    if belongings.is_named(identity):
        return False
    pk, (gone, _) = identity.pk, Identity.objects.filter(pk=identity.pk, contact=contact).delete()
    if gone:
        index_again(contact)
        record(IdentityRemoved(contact_id=contact.pk, identity_id=pk, kind=identity.kind), actor=actor)
    return True


@transaction.atomic
def give_own_contact(identity: Identity, *, actor: Actor) -> Contact:
    """The address is another person's: a contact of its own, with the conversations it began.

    Their next letter brings its name. Returns the one it has already when somebody was faster.
    """
    belongings.hold(identity)
    before = locked(identity.contact_id)
    known = Identity.objects.select_related("contact").get(pk=identity.pk)
    if known.contact_id != before.pk:
        return known.contact
    contact = rows.insert(Contact())
    index_new(contact, identity)
    record(ContactAdded(contact_id=contact.pk, identity_id=identity.pk), actor=actor)
    _hand_over(known, before, contact, actor=actor)
    return contact


@transaction.atomic
def take_over(identity: Identity, contact: Contact, *, actor: Actor):
    """The address is this contact's from now on, with the conversations it began. Nothing happens when it is already."""
    belongings.hold(identity)
    before, after = both_locked(identity.contact_id, contact.pk)
    if before != after and Identity.objects.filter(pk=identity.pk, contact=before).exists():
        _hand_over(identity, before, after, actor=actor)


def _hand_over(identity: Identity, before: Contact, after: Contact, *, actor: Actor):
    Identity.objects.filter(pk=identity.pk).update(contact=after, is_primary=False)
    belongings.move(identity, before, after)
    index_again(before)
    index_again(after)
    left = IdentityLeft(contact_id=before.pk, other_id=after.pk, identity_id=identity.pk, kind=identity.kind)
    came = IdentityCame(contact_id=after.pk, other_id=before.pk, identity_id=identity.pk, kind=identity.kind)
    record(left, actor=actor)
    record(came, actor=actor)
