"""Everything that can happen to a contact."""

from dataclasses import dataclass

from okienko.events.log import Fact


@dataclass(frozen=True, kw_only=True)
class ContactAdded(Fact):
    """Somebody wrote, or was written to, for the first time."""

    type = "contact.added"
    contact_id: int
    identity_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ContactRenamed(Fact):
    """One of us corrected the name."""

    type = "contact.renamed"
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class ContactLanguageChosen(Fact):
    """The language we write to them in; "" for nobody knows."""

    type = "contact.language_chosen"
    contact_id: int
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class IdentityAdded(Fact):
    """One of us wrote down another address or number of theirs. `kind`: email, phone …"""

    type = "contact.identity_added"
    contact_id: int
    identity_id: int = 0
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class IdentityRemoved(Fact):
    """An address that nobody ever wrote from or to is forgotten."""

    type = "contact.identity_removed"
    contact_id: int
    identity_id: int = 0
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class IdentityLeft(Fact):
    """An address, with the conversations it began, belongs to the contact `other_id` from now on."""

    type = "contact.identity_left"
    contact_id: int
    other_id: int = 0
    identity_id: int = 0
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class IdentityCame(Fact):
    """An address, with the conversations it began, came from the contact `other_id`."""

    type = "contact.identity_came"
    contact_id: int
    other_id: int = 0
    identity_id: int = 0
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class PrimaryChosen(Fact):
    """Of its kind, this is the address we write to or the number we call."""

    type = "contact.primary_chosen"
    contact_id: int
    identity_id: int = 0
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactTagged(Fact):
    type = "contact.tagged"
    contact_id: int
    word_id: int = 0


@dataclass(frozen=True, kw_only=True)
class ContactUntagged(Fact):
    type = "contact.untagged"
    contact_id: int
    word_id: int = 0


@dataclass(frozen=True, kw_only=True)
class ContactNoteWritten(Fact):
    """An agent wrote down what colleagues should know about a customer."""

    type = "contact.note_written"
    contact_id: int
    note_id: int = 0


@dataclass(frozen=True, kw_only=True)
class ContactNoteDeleted(Fact):
    """An agent took their own note back."""

    type = "contact.note_deleted"
    contact_id: int
    note_id: int = 0
