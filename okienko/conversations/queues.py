"""The heaps of work on the left: which conversations lie in each, how many, and a page of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Substr
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from okienko.conversations.models import Conversation, Message, Read
from okienko.conversations.models.conversation import FIRST_NUMBER, ConversationQuerySet
from okienko.search import index
from okienko.ui.personal import WORD, personal

PAGE = 50
COUNTED = 1000  # nobody needs to know whether 4,000 or 5,000 are waiting
MOST_FOUND = 2000
MOST_CHECKED = 300  # letters looked into for those who see no addresses
SIGHT = ("conversations.read", "conversations.see_closed")  # the words that decide what is seen
SNIPPET = 120
DEFAULT = "open"
CURSOR = "%Y%m%d%H%M%S%f"


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
COUNTED_QUEUES = [queue for queue in QUEUES.values() if queue.is_counted]


def counts(agent) -> dict[str, int]:
    """Queue name → how many conversations, COUNTED at most, for the queues that need a hand. One question."""
    viewer = Viewer(agent.pk, frozenset(word for word in SIGHT if agent.may(word)))
    sql, params = _counting(viewer, COUNTED)
    if not sql:
        return dict.fromkeys((queue.name for queue in COUNTED_QUEUES), 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + sql, params)
        return dict(zip([queue.name for queue in COUNTED_QUEUES], cursor.fetchone(), strict=True))


@dataclass(frozen=True)
class Viewer:
    """An agent, as far as it decides what they see."""

    pk: int
    words: frozenset[str]

    def may(self, word: str) -> bool:
        return word in self.words


@lru_cache(maxsize=500)
def _counting(viewer: Viewer, most: int) -> tuple[str, tuple]:
    """The question and its parameters, "" where nothing may be seen.

    Writing it costs more than asking it, and it never changes for one viewer.
    """
    if not viewer.may("conversations.read"):
        return "", ()
    parts, params = [], []
    for queue in COUNTED_QUEUES:
        rows = lying_in(queue, viewer).order_by().values("pk")[:most]
        sql, own = rows.query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS q_{queue.name})")  # noqa: S608 - Django's own SQL and our names
        params += own
    return ", ".join(parts), tuple(params)


def lying_in(queue: Queue, agent) -> ConversationQuerySet:
    return queue.lies_in(Conversation.objects.visible_to(agent), agent)


def found(words: str, agent) -> QuerySet[Conversation]:
    """Conversations in which every word occurs, whatever their state."""
    visible = Conversation.objects.visible_to(agent)
    if not agent.may(WORD):
        return visible.filter(pk__in=_found_in_what_is_shown(words, agent, visible))
    hits = index.found(words).exclude(conversation_id=None).values("conversation_id")[:MOST_FOUND]
    return visible.filter(pk__in=hits)


def _found_in_what_is_shown(words: str, agent, visible: ConversationQuerySet) -> set[int]:
    """Who sees no addresses must not guess them by searching: only hits in texts as they are shown."""
    hits = index.found(words, kinds=("message",)).filter(conversation_id__in=visible.values("pk"))
    messages = Message.objects.filter(pk__in=list(hits.values_list("ref_id", flat=True)[:MOST_CHECKED]))
    texts = messages.values_list("conversation_id", "subject", "sender__contact__name", "visible_text")
    return {pk for pk, *said in texts if index.holds(personal("\n".join(filter(None, said)), agent), words)}


@dataclass(frozen=True)
class Page:
    """`rows` newest first, as plain dicts (see `page`); `next`: the cursor of the rest, "" at the end."""

    rows: list[dict]
    next: str


COLUMNS = {
    "key": F("pk"),
    "about": F("subject"),
    "state": F("status"),
    "waits": F("waiting_since"),
    "at": F("last_activity_at"),
    "contact_name": F("contact__name"),
    "contact_key": F("contact"),
    "agent_name": F("assignee__name"),
    "agent_photo": F("assignee__photo__sha256"),
    "direction": F("last_message__direction"),
    "audience": F("last_message__audience"),
    "last": F("last_message"),
    "snippet": Substr("last_message__visible_text", 1, SNIPPET),
}
PERSONAL = ("name", "about", "snippet")  # may hold addresses
LONGER = Substr(
    "last_message__visible_text", 1, 3 * SNIPPET
)  # an address is replaced whole, and cut only then


def page(conversations: QuerySet[Conversation], agent, cursor: str = "") -> Page:
    """One page, ready for the template: two questions, whatever its length, and no letter is loaded whole.

    Rows have the names of COLUMNS and `read_up_to`, `number`, `name`, `is_unread`, `tags` (names). They are dicts
    and not models because templates read them many times faster.
    """
    read = Read.objects.filter(agent=agent, conversation=OuterRef("pk")).values("up_to")[:1]
    ordered = _behind(conversations, cursor).order_by("-last_activity_at", "-pk")
    is_veiled = not agent.may(WORD)
    columns = COLUMNS | {"snippet": LONGER} if is_veiled else COLUMNS
    rows = list(ordered.values(**columns, read_up_to=Subquery(read))[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    tags = _tags_of([row["key"] for row in rows])
    statuses = dict(Conversation.Status.choices)
    for row in rows:
        row["number"] = FIRST_NUMBER + row["key"]
        row["name"] = row["contact_name"] or f"#{row['contact_key']}"
        row["is_unread"] = row["direction"] == Message.Direction.IN and row["last"] > (row["read_up_to"] or 0)
        row["state_name"] = statuses[row["state"]]
        if is_veiled:
            row |= {name: personal(row[name], agent)[:SNIPPET] for name in PERSONAL}
        row["tags"] = tags.get(row["key"], ())
    return Page(rows, f"{rows[-1]['at'].astimezone(UTC):{CURSOR}}-{rows[-1]['key']}" if more else "")


def _tags_of(ids: list[int]) -> dict[int, list[str]]:
    links = Conversation.tags.through.objects.filter(conversation__in=ids).order_by("tag__name")
    found: dict[int, list[str]] = {}
    for pk, name in links.values_list("conversation_id", "tag__name"):
        found.setdefault(pk, []).append(name)
    return found


def _behind(conversations: QuerySet[Conversation], cursor: str) -> QuerySet[Conversation]:
    """Those after the place a cursor names; all of them when it names none."""
    moment, _dash, pk = cursor.partition("-")
    try:
        at, last = datetime.strptime(moment, CURSOR).replace(tzinfo=UTC), int(pk)
    except ValueError:
        return conversations
    # The first condition says nothing new; it lets the database begin at the right place of the index.
    older = Q(last_activity_at__lt=at) | Q(pk__lt=last)
    return conversations.filter(older, last_activity_at__lte=at)
