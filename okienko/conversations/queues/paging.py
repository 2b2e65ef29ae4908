"""A page of conversations in one of several orders, and where the next one begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.db.models import OuterRef, Q, QuerySet, Subquery

from okienko.conversations.models import Conversation, Mention
from okienko.conversations.queues import rows as dressing
from okienko.conversations.queues.compiled import Statement, compiled
from okienko.conversations.queues.kinds import lying_in, named
from okienko.conversations.queues.places import Place
from okienko.conversations.queues.sorts import SORTS, SOURCES
from okienko.conversations.queues.viewers import Viewer, viewer_of
from okienko.conversations.queues.viewing import View

PAGE = 50
MOST = 300  # rows asked for at once, however many pages somebody has opened below each other
MOMENT = "%Y%m%d%H%M%S%f"


@dataclass(frozen=True)
class Page:
    """`rows`: plain dicts (see queues/rows.py). `next`: the cursor of the rest, "" at the end."""

    rows: list[dict]
    next: str


def page(
    view: View,
    agent,
    *,
    rows: QuerySet[Conversation] | None = None,
    cursor: str = "",
    shown: int = 0,
    channels: Mapping[int, Place] | None = None,
) -> Page:
    """One page after the place a cursor names, ready for the template: three questions, whatever its length.

    `rows`: what a search has found, None for the view's queue. `shown`: how many rows somebody has before them, at least
    a page. No letter is loaded whole.
    """
    viewer, many = viewer_of(agent), max(PAGE, min(shown, MOST))
    if rows is None and not cursor:
        statement = _first_page(viewer, view.name, view.status, view.sort, many)
    else:
        rows = lying_in(view.queue, viewer, view.status) if rows is None else rows
        statement = compiled(_ordered(rows, viewer, view.sort, cursor)[: many + 1])
    found = list(statement.rows())
    is_more, found = len(found) > many, found[:many]
    dressed = dressing.dressed(found, agent, channels or {})
    return Page(dressed, _cursor(view.sort, found[-1]) if is_more else "")


@lru_cache(maxsize=1000)
def _first_page(viewer: Viewer, name: str, status: str, sort: str, many: int) -> Statement:
    queue = named(name)
    if queue is None:
        raise LookupError(name)
    return compiled(_ordered(lying_in(queue, viewer, status), viewer, sort, "")[: many + 1])


def _ordered(rows: QuerySet[Conversation], viewer: Viewer, sort: str, cursor: str) -> QuerySet:
    how, also = SORTS[sort], []
    if how.by == "mentioned":
        rows, also = rows.annotate(mentioned=_last_mention(viewer)), ["mentioned"]
    return dressing.values_of(_behind(rows, sort, cursor).order_by(*how.order), viewer, *also)


def _last_mention(agent) -> Subquery:
    theirs = Mention.objects.filter(agent=agent.pk, conversation=OuterRef("pk"))
    return Subquery(theirs.order_by("-message").values("message")[:1])


def _cursor(sort: str, row: dict) -> str:
    value = row[SORTS[sort].by]
    if isinstance(value, datetime):
        value = f"{value.astimezone(UTC):{MOMENT}}"
    return f"{sort}.{'' if value is None else value}-{row['key']}"


def _behind(conversations: QuerySet[Conversation], sort: str, cursor: str) -> QuerySet[Conversation]:
    """Those after the place a cursor names; all of them when it names none, or one in another order."""
    how, (name, _dot, place) = SORTS[sort], cursor.partition(".")
    said, _dash, pk = place.partition("-")
    try:
        last = int(pk[:18])
        value: datetime | int | None = None
        if said:
            value = datetime.strptime(said, MOMENT).replace(tzinfo=UTC) if how.is_moment else int(said[:18])
    except ValueError:
        return conversations
    if name != sort:
        return conversations
    field, (beyond, within) = SOURCES[how.by], ("lt", "lte") if how.is_descending else ("gt", "gte")
    if value is None:
        return conversations.filter(**{field: None}, pk__gt=last)
    after = Q(**{f"{field}__{beyond}": value}) | Q(**{f"pk__{beyond}": last})
    # The second condition says nothing new; it lets the database begin at the right place of the index.
    rest = Q(after, **{f"{field}__{within}": value})
    return conversations.filter(rest | Q(waiting_since=None) if how.by == "waits" else rest)
