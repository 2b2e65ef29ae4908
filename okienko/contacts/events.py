"""Everything that can happen to a contact."""

from dataclasses import dataclass

from okienko.events.log import Fact


@dataclass(frozen=True, kw_only=True)
class ContactAdded(Fact):
    """Somebody wrote, or was written to, for the first time."""

    type = "contact.added"
    contact_id: int
    identity_id: int | None = None
