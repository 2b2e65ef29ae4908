"""What a customer is called, speaks, and is."""

from django.db import transaction

from okienko.contacts.events import ContactLanguageChosen, ContactRenamed, ContactTagged, ContactUntagged
from okienko.contacts.models import Contact, ContactTag
from okienko.contacts.operations.indexing import index_again
from okienko.contacts.operations.locking import locked
from okienko.events.log import Actor, record
from okienko.lib.text import cut, one_line


@transaction.atomic
def rename(contact: Contact, name: str, *, actor: Actor):
    """Correct the name; no letter replaces it later. ValueError without one."""
    name = cut(one_line(name), 200)
    if not name:
        raise ValueError("a name has letters")
    contact = locked(contact.pk)
    if contact.name == name and contact.is_named_by_hand:
        return
    contact.name, contact.is_named_by_hand = name, True
    contact.save(update_fields=["name", "is_named_by_hand"])
    index_again(contact)
    record(ContactRenamed(contact_id=contact.pk), actor=actor)


@transaction.atomic
def choose_language(contact: Contact, language: str, *, actor: Actor):
    """The language of whatever we begin with them from now on; "" when nobody knows."""
    contact = locked(contact.pk)
    if contact.language == language:
        return
    contact.language = language
    contact.save(update_fields=["language"])
    record(ContactLanguageChosen(contact_id=contact.pk, language=language), actor=actor)


@transaction.atomic
def tag(contact: Contact, name: str, *, actor: Actor) -> ContactTag:
    """Add a tag, made on first use. ValueError for an empty name."""
    name = cut(one_line(name), 40)
    if not name:
        raise ValueError("a tag needs a name")
    contact = locked(contact.pk)
    found = ContactTag.objects.filter(name__iexact=name).first()
    found = found or ContactTag.objects.get_or_create(name=name)[0]
    if not contact.tags.filter(pk=found.pk).exists():
        contact.tags.add(found)
        index_again(contact)
        record(ContactTagged(contact_id=contact.pk, word_id=found.pk), actor=actor)
    return found


@transaction.atomic
def untag(contact: Contact, tag: ContactTag, *, actor: Actor):
    contact = locked(contact.pk)
    if contact.tags.filter(pk=tag.pk).exists():
        contact.tags.remove(tag)
        index_again(contact)
        record(ContactUntagged(contact_id=contact.pk, word_id=tag.pk), actor=actor)
