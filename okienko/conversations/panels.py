"""What stands beside a conversation: what else there is of the same customer, and what may be the same matter."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from okienko.conversations.models import Attachment, Conversation, Joining, Link
from okienko.conversations.operations.joining import UNDONE_WITHIN

SHOWN = 5
MOST = 100
MOST_FILES = 30


@dataclass(frozen=True)
class Others:
    rows: list[Conversation]
    count: int

    @property
    def topics(self) -> str:
        """Of the change stream: whatever happens to one of them."""
        return " ".join(f"conversation/{row.pk}" for row in self.rows)


def others_of(conversation: Conversation, agent, *, most: int = SHOWN) -> Others:
    """The customer's other conversations, newest first. Two questions."""
    theirs = Conversation.objects.visible_to(agent).alive().filter(contact=conversation.contact_id)
    rows = theirs.exclude(pk=conversation.pk).select_related("inbox")
    first = list(rows.order_by("-last_activity_at", "-pk")[: most + 1])
    count = len(first) if len(first) <= most else rows.count()
    return Others(first[:most], count)


@dataclass(frozen=True)
class Suggestion:
    link: int
    other: Conversation


def suggestions(conversation: Conversation, agent) -> list[Suggestion]:
    """Matters this one may be part of, or that may be part of it. Two questions."""
    here = Q(conversation=conversation.pk) | Q(other=conversation.pk)
    links = Link.objects.filter(here, kind=Link.Kind.MAY_BELONG).order_by("-pk")
    ends = {link.pk: link.conversation_id + link.other_id - conversation.pk for link in links}
    seen = Conversation.objects.visible_to(agent).alive().filter(pk__in=ends.values())
    alive = seen.exclude(status__in=[Conversation.Status.SPAM, Conversation.Status.TRASHED]).in_bulk()
    unique = {other: pk for pk, other in ends.items() if other in alive}
    return [Suggestion(pk, alive[other]) for other, pk in unique.items()]


@dataclass(frozen=True)
class Part:
    """A conversation that went into this one. `until`: the join can be undone up to then, None: no longer."""

    joining: Joining
    number: int
    until: datetime | None


def parts_of(conversation: Conversation, agent) -> list[Part]:
    """Conversations that were joined to this one, as far as the agent may see them, newest first. One question."""
    joinings = Joining.objects.filter(target=conversation.pk, undone_at=None, source__in=_visible(agent))
    found = []
    for one in joinings.select_related("source", "agent").order_by("-pk"):
        until = one.joined_at + UNDONE_WITHIN
        found.append(Part(one, one.source.number, until if until > timezone.now() else None))
    return found


def _visible(agent) -> QuerySet:
    return Conversation.objects.visible_to(agent).values("pk")


def joinable(conversation: Conversation, agent, words: str = "") -> QuerySet[Conversation]:
    """What it may be joined to: the customer's own open ones first, or whatever a number or words find."""
    alive = Conversation.objects.visible_to(agent).alive().exclude(pk=conversation.pk)
    alive = alive.exclude(status__in=[Conversation.Status.SPAM, Conversation.Status.TRASHED])
    state = Case(
        When(status=Conversation.Status.OPEN, then=Value(0)),
        When(status=Conversation.Status.WAITING, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    ordered = alive.select_related("contact", "inbox").order_by(state, F("last_activity_at").desc(), "-pk")
    return ordered if words else ordered.filter(contact=conversation.contact_id)


def files_of(conversation: Conversation) -> list[Attachment]:
    """What was enclosed, newest first, without the pictures inside letters. One question."""
    files = Attachment.objects.filter(message__conversation=conversation.pk, is_inline=False)
    return list(files.select_related("blob", "message").order_by("-message__received_at", "pk")[:MOST_FILES])
