"""The heaps of work on the left: which conversations lie in each, how many, and a page of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Substr
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from okienko.conversations.models import Conversation, Read
from okienko.conversations.models.conversation import ConversationQuerySet
from okienko.search import index

PAGE = 50
COUNTED = 1000  # nobody needs to know whether 4,000 or 5,000 are waiting
MOST_FOUND = 2000
SNIPPET = 120
DEFAULT = "open"


@dataclass(frozen=True)
class Queue:
    name: str
    label: str | Promise
    icon: str
    lies_in: Callable[[ConversationQuerySet, object], ConversationQuerySet]
    is_counted: bool = False


QUEUES = {
    queue.name: queue
    for queue in [
        Queue("mine", _("Mine"), "user", lambda rows, agent: rows.open().of(agent), is_counted=True),
        Queue(
            "unassigned", _("Unassigned"), "inbox", lambda rows, _: rows.open().unassigned(), is_counted=True
        ),
        Queue("open", _("All open"), "list", lambda rows, _: rows.open(), is_counted=True),
        Queue("waiting", _("Waiting for the customer"), "clock", lambda rows, _: rows.waiting()),
        Queue("resolved", _("Resolved"), "check", lambda rows, _: rows.resolved()),
    ]
}


def counts(agent) -> dict[str, int]:
    """Queue name → how many conversations, COUNTED at most, for the queues that need a hand. One question."""
    parts, params = [], []
    counted = [queue for queue in QUEUES.values() if queue.is_counted]
    for queue in counted:
        rows = queue.lies_in(Conversation.objects.visible_to(agent), agent).order_by().values("pk")[:COUNTED]
        sql, own = rows.query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS q_{queue.name})")  # noqa: S608 - Django's own SQL and our names
        params += own
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), params)
        return dict(zip([queue.name for queue in counted], cursor.fetchone(), strict=True))


def lying_in(queue: Queue, agent) -> ConversationQuerySet:
    return queue.lies_in(Conversation.objects.visible_to(agent), agent)


def found(words: str, agent) -> QuerySet[Conversation]:
    """Conversations in which every word occurs, whatever their state."""
    hits = index.found(words).exclude(conversation_id=None).values("conversation_id")[:MOST_FOUND]
    return Conversation.objects.visible_to(agent).filter(pk__in=hits)


@dataclass(frozen=True)
class Page:
    """`rows` newest first; `next`: the cursor of the rest, "" at the end."""

    rows: list[Conversation]
    next: str


def page(conversations: QuerySet[Conversation], agent, cursor: str = "") -> Page:
    """One page, ready for the template: two questions, whatever its length, and no letter is loaded whole."""
    conversations = _behind(conversations, cursor)
    rows = list(
        conversations.order_by("-last_activity_at", "-pk")
        .select_related("contact", "assignee", "last_message")
        .prefetch_related("tags")
        .annotate(
            snippet=Substr("last_message__visible_text", 1, SNIPPET),
            last_sender=F("last_message__direction"),
            read_up_to=Subquery(
                Read.objects.filter(agent=agent, conversation=OuterRef("pk")).values("up_to")[:1]
            ),
        )
        .only(
            "subject", "status", "waiting_since", "last_activity_at", "contact__name", "assignee__name",
            "last_message__direction", "last_message__audience",
        )[: PAGE + 1]
    )  # fmt: skip
    more, rows = len(rows) > PAGE, rows[:PAGE]
    return Page(rows, _cursor(rows[-1]) if more else "")


def _cursor(conversation: Conversation) -> str:
    moment = conversation.last_activity_at.astimezone(UTC)
    return f"{moment:%Y%m%d%H%M%S%f}-{conversation.pk}"


def _behind(conversations: QuerySet[Conversation], cursor: str) -> QuerySet[Conversation]:
    """Those after the place a cursor names; all of them when it names none."""
    moment, _dash, pk = cursor.partition("-")
    try:
        at, last = datetime.strptime(moment, "%Y%m%d%H%M%S%f").replace(tzinfo=UTC), int(pk)
    except ValueError:
        return conversations
    # The first condition says nothing new; it lets the database begin at the right place of the index.
    older = Q(last_activity_at__lt=at) | Q(pk__lt=last)
    return conversations.filter(older, last_activity_at__lte=at)
