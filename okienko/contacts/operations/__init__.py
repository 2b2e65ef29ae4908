"""What can be done to a contact. Nothing else changes one."""

from okienko.contacts.operations.addressing import (
    Belongs,
    add_identity,
    choose_primary,
    forget,
    give_own_contact,
    take_over,
)
from okienko.contacts.operations.describing import choose_language, rename, tag, untag
from okienko.contacts.operations.identifying import identify
from okienko.contacts.operations.introducing import introduce
from okienko.contacts.operations.noting import delete_note, write_note

__all__ = [
    "Belongs",
    "add_identity",
    "choose_language",
    "choose_primary",
    "delete_note",
    "forget",
    "give_own_contact",
    "identify",
    "introduce",
    "rename",
    "tag",
    "take_over",
    "untag",
    "write_note",
]
