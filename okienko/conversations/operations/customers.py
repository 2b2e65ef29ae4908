"""Whose a conversation is, when an address turns out to be somebody else's. Called by the contacts, by way of wiring."""

from django.db.models import Exists, OuterRef, QuerySet

from okienko.contacts.models import Contact, Identity
from okienko.conversations.events import CustomerChanged
from okienko.conversations.models import Conversation, Participant
from okienko.conversations.operations.locking import hold
from okienko.events.log import Actor, record


def hold_letters(identity: Identity):
    """No letter from the address is being placed until the caller's transaction ends."""
    hold([identity.value])


def begun_by(identity: Identity, contact: Contact) -> QuerySet[Conversation]:
    """The contact's conversations whose customer is this address alone, none of their others."""
    customers = Participant.objects.filter(conversation=OuterRef("pk"), role=Participant.Role.CUSTOMER)
    others = customers.filter(identity__contact=contact).exclude(identity=identity)
    theirs = Conversation.objects.filter(contact=contact)
    return theirs.filter(Exists(customers.filter(identity=identity)), ~Exists(others))


def give_to(identity: Identity, before: Contact, after: Contact):
    """What the address began goes along to its other contact. Inside the caller's transaction."""
    # The address is the new contact's by now, and none of the old one's others: what it shares with those stays.
    along = list(begun_by(identity, before).order_by("pk").values_list("pk", flat=True))
    Conversation.objects.filter(pk__in=along).update(contact=after)
    for pk in along:
        fact = CustomerChanged(conversation_id=pk, contact_id=after.pk, previous_contact_id=before.pk)
        record(fact, actor=Actor.system())
