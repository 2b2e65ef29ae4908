"""How what happens to customers reads in the audit log."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from okienko.accounts.audit import Line, Named
from okienko.contacts.events import (
    ContactLanguageChosen,
    ContactNoteDeleted,
    ContactNoteWritten,
    ContactRenamed,
    ContactTagged,
    ContactUntagged,
    IdentityAdded,
    IdentityLeft,
    IdentityRemoved,
    PrimaryChosen,
)
from okienko.contacts.forms import LANGUAGES
from okienko.contacts.models import ContactTag, Identity

KINDS = {"kind": dict(Identity.Kind.choices)}
CHANGES = (
    Line(ContactRenamed, _("Corrected the name of {contact_id}")),
    Line(
        ContactLanguageChosen,
        _("Chose the language of {contact_id}: {language}"),
        named={"language": dict(LANGUAGES)},
    ),
    Line(IdentityAdded, _("Added to {contact_id}: {kind}"), named=KINDS),
    Line(IdentityRemoved, _("Removed from {contact_id}: {kind}"), named=KINDS),
    Line(IdentityLeft, _("Moved from {contact_id} to another customer: {kind}"), named=KINDS),
    Line(PrimaryChosen, _("Chose how {contact_id} is reached first: {kind}"), named=KINDS),
    Line(ContactTagged, _("Put the tag “{word_id}” on {contact_id}")),
    Line(ContactUntagged, _("Took the tag “{word_id}” off {contact_id}")),
    Line(ContactNoteWritten, _("Wrote a note about {contact_id}")),
    Line(ContactNoteDeleted, _("Deleted their note about {contact_id}")),
)


def contacts(ids: Iterable[int]) -> dict[int, Named]:
    """By their numbers alone: what they are called is for those who may see them."""
    return {pk: Named(f"#{pk}", reverse("contacts:show", args=[pk])) for pk in ids}


def tags(ids: Iterable[int]) -> dict[int, Named]:
    found = ContactTag.objects.filter(pk__in=list(ids))
    return {pk: Named(name) for pk, name in found.values_list("pk", "name")}
