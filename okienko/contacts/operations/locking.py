from okienko.contacts.models import Contact
from okienko.lib import rows


def locked(pk: int) -> Contact:
    """The row as it is now, held until the transaction ends: two people may correct it at once."""
    contact = rows.get(Contact, lock=True, pk=pk)
    if contact is None:
        raise Contact.DoesNotExist(pk)
    return contact


def both_locked(one: int, other: int) -> tuple[Contact, Contact]:
    """Two rows, in the order of their keys, so that nobody waits for somebody who waits for them."""
    found = {pk: locked(pk) for pk in sorted({one, other})}
    return found[one], found[other]
