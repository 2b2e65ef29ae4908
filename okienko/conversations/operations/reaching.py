"""By which of our mailboxes, and at which of their addresses, a letter reaches somebody who has not written one."""

from okienko.contacts.models import Identity
from okienko.conversations.models import Conversation, Delivery, Message, Participant
from okienko.inboxes.channel import Role
from okienko.inboxes.models import Inbox
from okienko.inboxes.models.inbox import PHONE, STORE
from okienko.lib import rows

WORDS = Message.Kind.WORDS


def address_of(contact_id: int, kind: str = Identity.Kind.EMAIL) -> Identity | None:
    """The one of a contact's addresses of a kind that they want to be reached at, else the oldest."""
    theirs = Identity.objects.select_related("contact").filter(contact=contact_id, kind=kind)
    return theirs.order_by("-is_primary", "created_at", "pk").first()


def customers(conversation: Conversation) -> list[Identity]:
    """The customer's own e-mail addresses: those that take part, else the one they are known to have."""
    role, kind = Participant.Role.CUSTOMER, Identity.Kind.EMAIL
    part = conversation.participants.filter(role=role, identity__kind=kind).select_related(
        "identity__contact"
    )
    known = address_of(conversation.contact_id) if not (own := [one.identity for one in part]) else None
    return own or ([known] if known else [])


def written_to_before(conversation: Conversation) -> list[tuple[str, str, Identity | None, str]]:
    """(role, address, identity, as written) of those our last letter went to and may have reached."""
    ours = conversation.messages.filter(
        direction=Message.Direction.OUT, audience=Message.Audience.CUSTOMER, kind=WORDS
    )
    last = ours.order_by("-received_at", "-pk").values_list("pk", flat=True).first()
    if last is None:
        return []
    lost = [Delivery.State.FAILED, Delivery.State.BOUNCED]
    part = Message(pk=last).recipients.filter(role__in=[Role.TO, Role.CC]).exclude(delivery__state__in=lost)
    return [(one.role, one.address, one.identity, one.written) for one in part.select_related("identity")]


def mailbox_for(conversation: Conversation) -> Inbox | None:
    """The mailbox a letter in the conversation leaves by when it answers none: where it began, if that is a mailbox.

    What began on the phone or at the counter goes by the mailbox that has written in it already, else by the brand's that
    this customer last wrote to, else by the brand's first. None where the brand has none.
    """
    if conversation.inbox.kind not in {PHONE, STORE}:
        return conversation.inbox
    written = conversation.messages.filter(direction=Message.Direction.OUT, kind=WORDS).exclude(inbox=None)
    if last := written.select_related("inbox").order_by("-received_at", "-pk").first():
        return last.inbox
    # A closed mailbox is somebody's own: nothing leaves by it that did not come by it.
    offered = Inbox.objects.sending().filter(brand=conversation.brand_id, is_closed=False)
    return used_by(conversation.contact_id, offered) or offered.order_by("pk").first()


def used_by(contact_id: int, offered) -> Inbox | None:
    """The one of these inboxes that a contact's latest conversation by mail began at."""
    theirs = Conversation.objects.filter(contact=contact_id, inbox__in=offered)
    last = theirs.order_by("-last_activity_at", "-pk").values_list("inbox", flat=True).first()
    return rows.get(Inbox, pk=last) if last else None
