"""A contact in the index: by name, every address, and tags."""

from okienko.contacts.addresses import searched
from okienko.contacts.models import Contact, ContactTag, Identity
from okienko.lib import rows
from okienko.search import index

KIND = "contact"


def index_new(contact: Contact, identity: Identity):
    """The first row of a contact that was made a moment ago."""
    index.write(
        kind=KIND,
        ref_id=contact.pk,
        at=contact.created_at,
        text=f"{contact.name}\n{searched(identity.kind, identity.value)}",
    )


def index_again(contact: Contact):
    """Name, addresses or tags are others now."""
    addresses = rows.values(Identity, ["kind", "value"], contact_id=contact.pk)
    tags = ContactTag.objects.filter(contacts=contact).values_list("name", flat=True)
    text = "\n".join([contact.name, *(searched(kind, value) for kind, value in addresses), *tags])
    index.rewrite(kind=KIND, ref_id=contact.pk, text=text)
