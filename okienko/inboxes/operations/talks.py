"""The telephone and the counter of a shop: where it is written down what was said there."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from okienko.inboxes.models import Brand, Inbox
from okienko.inboxes.models.inbox import PHONE, STORE

NAMES = {PHONE: gettext_noop("Telephone"), STORE: gettext_noop("Counter")}


@transaction.atomic
def inbox_for_talks(brand: Brand, kind: str) -> Inbox:
    """The brand's place for calls (PHONE) or visits (STORE), made when it is needed for the first time."""
    known = Inbox.objects.filter(brand=brand, kind=kind).order_by("pk")
    if found := known.first():
        return found
    Brand.objects.select_for_update().get(pk=brand.pk)  # two people may need it at once
    if found := known.first():
        return found
    with translation.override(brand.language):
        name = gettext(NAMES[kind])
    return Inbox.objects.create(brand=brand, kind=kind, name=name)
