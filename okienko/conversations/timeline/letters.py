"""The messages of a page, and in short where each went and what became of it."""

from dataclasses import dataclass

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.db.models.functions import Length, Substr

from okienko.conversations.models import Attachment, Conversation, Delivery, Message, Participant, Recipient
from okienko.inboxes.channel import Role

LONGEST = 20_000  # characters of one message shown at once; the rest is a click away
TROUBLED = {Delivery.State.FAILED, Delivery.State.BOUNCED}


@dataclass(frozen=True)
class Route:
    """`to`: name or address of the first, `others`: how many more are named."""

    to: str
    others: int = 0


@dataclass(frozen=True)
class Sent:
    """What became of one message: those it could not reach yet one by one, the others by state."""

    troubled: list[Recipient]
    fine: list[tuple[str, list[Recipient]]]  # (state in words, who)


def messages_of(conversation: Conversation):
    """Newest first. Whole texts and HTML stay in the database: what is shown is cut and annotated."""
    outsider = Participant.objects.filter(
        conversation=conversation, identity=OuterRef("sender"), role=Participant.Role.OTHER
    )
    recipients = Recipient.objects.select_related("delivery")
    files = Attachment.objects.select_related("blob")
    return (
        conversation.messages.order_by("-received_at", "-pk")
        .defer("text", "html", "visible_text")
        .select_related("agent__photo", "sender__contact", "inbox")
        .prefetch_related(Prefetch("recipients", recipients), Prefetch("attachments", files))
        .alias(text_length=Length("text"), visible_length=Length("visible_text"))
        .annotate(
            words=Substr("visible_text", 1, LONGEST),
            has_more=yes_if(Q(visible_length__gt=LONGEST) | Q(text_length__gt=F("visible_length") + 3)),
            has_html=yes_if(~Q(html="")),
            is_outsider=Exists(outsider),
        )
    )


def yes_if(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def route(message: Message) -> Route | None:
    """A letter of theirs went to an inbox of ours, whatever the address was; one of ours to whom it names first."""
    named = [each for each in message.recipients.all() if each.role in {Role.TO, Role.CC, Role.BCC}]
    if message.is_inbound and message.inbox:
        return Route(message.inbox.name, max(0, len(named) - 1))
    return Route(short(named[0]), len(named) - 1) if named else None


def short(recipient: Recipient) -> str:
    """The name as it was written, the address where there is none."""
    name = recipient.written.partition("<")[0].strip(" \"'")
    return name or recipient.address


def sent(message: Message) -> Sent:
    troubled: list[Recipient] = []
    fine: dict[str, list[Recipient]] = {}
    for recipient in message.recipients.all():
        if not hasattr(recipient, "delivery"):
            continue
        delivery = recipient.delivery
        is_late = delivery.state == Delivery.State.QUEUED and delivery.reason
        if delivery.state in TROUBLED or is_late:
            troubled.append(recipient)
        else:
            fine.setdefault(delivery.state, []).append(recipient)
    return Sent(troubled, list(fine.items()))
