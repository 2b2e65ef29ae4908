"""What this room tells the contacts, which know nothing of conversations: `okienko/wiring/` hands it down."""

from django.db.models import Count, DateTimeField, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from okienko.contacts.belongings import Belongings
from okienko.contacts.models import Identity
from okienko.conversations.models import Conversation, Message, Participant, Recipient
from okienko.conversations.operations.customers import begun_by, give_to, hold_letters

NAMED = 5  # conversations told by their numbers


def is_named(identity: Identity) -> bool:
    """Somebody wrote from the address, to it, or takes part with it."""
    named = [Message.objects.filter(sender=identity), Recipient.objects.filter(identity=identity),
             Participant.objects.filter(identity=identity)]  # fmt: skip
    return any(rows.exists() for rows in named)


def said(identity: Identity, agent) -> str:
    """What goes along when the address goes, as far as the agent may know of it."""
    along = begun_by(identity, identity.contact).alive() & Conversation.objects.visible_to(agent)
    numbers = [f"#{one.number}" for one in along.order_by("-pk")]
    if not numbers:
        return ""
    count = ngettext("%(count)d conversation goes along", "%(count)d conversations go along", len(numbers))
    named = ", ".join(numbers[:NAMED]) + ("…" if len(numbers) > NAMED else "")
    return f"{count % {'count': len(numbers)}}: {named}"


BELONGINGS = Belongings(hold=hold_letters, names=is_named, said=said, move=give_to)


def last_at(agent) -> Subquery:
    """When something last happened with a contact, as far as the agent may know."""
    theirs = Conversation.objects.visible_to(agent).alive().filter(contact=OuterRef("pk"))
    newest = theirs.order_by("-last_activity_at").values("last_activity_at")[:1]
    return Subquery(newest, output_field=DateTimeField())


def open_count(agent) -> Coalesce:
    theirs = Conversation.objects.visible_to(agent).open().filter(contact=OuterRef("pk")).order_by()
    counted = theirs.values("contact").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def of_contact(contact_id: int) -> Q:
    """Messages that were said with a contact: in their conversations."""
    return Q(conversation__contact=contact_id)


def elsewhere(contact_id: int) -> Q:
    """Messages of theirs, or to them, in conversations of others."""
    written = Recipient.objects.filter(message=OuterRef("pk"), identity__contact=contact_id)
    to_them = Q(Exists(written), direction=Message.Direction.OUT)
    return ~Q(conversation__contact=contact_id) & (Q(sender__contact=contact_id) | to_them)
