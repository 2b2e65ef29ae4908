"""The orders in which a list can stand."""

from dataclasses import dataclass

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Sort:
    """`by`: the name of the row's value that decides; it and the key together are never equal twice.

    Rows without the value come last.
    """

    label: str | Promise
    by: str
    is_descending: bool = False
    is_moment: bool = True

    @property
    def order(self) -> tuple:
        value = F(SOURCES[self.by])
        if self.is_descending:
            return value.desc(), F("pk").desc()
        return value.asc(nulls_last=True) if self.by == "waits" else value.asc(), F("pk").asc()


SOURCES = {"at": "last_activity_at", "waits": "waiting_since", "mentioned": "mentioned"}
SORTS = {
    "newest": Sort(_("newest first"), "at", is_descending=True),
    "waiting": Sort(_("waiting longest"), "waits"),
    "oldest": Sort(_("oldest first"), "at"),
    "mentioned": Sort(_("newest mention"), "mentioned", is_descending=True, is_moment=False),
}
