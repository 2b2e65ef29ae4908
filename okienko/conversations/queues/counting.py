"""How many conversations need a hand, in one question."""

from collections.abc import Iterable
from functools import lru_cache

from django.db import connection

from okienko.conversations.models import Conversation
from okienko.conversations.queues.kinds import QUEUES, Queue, lying_in, named
from okienko.conversations.queues.viewers import Viewer, viewer_of

COUNTED = 1000  # nobody needs to know whether 4,000 or 5,000 are waiting
TOTAL = "total"  # the name of what is counted besides


def counts(
    agent, queues: Iterable[Queue] = QUEUES.values(), *, also: tuple[str, str] | None = None
) -> dict[str, int]:
    """Queue name → how many conversations in it need a hand, COUNTED at most. One question.

    `also`: name and status of a queue that is counted whole, as "total".
    """
    names = tuple(queue.name for queue in queues if queue.needing)
    sql, parameters = _counting(viewer_of(agent), names, also, COUNTED)
    asked = [*names, *([TOTAL] if also else [])]
    if not sql:
        return dict.fromkeys(asked, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + sql, parameters)
        return dict(zip(asked, cursor.fetchone(), strict=True))


def total(rows) -> int:
    """How many rows, one more than COUNTED at most."""
    return rows.order_by()[: COUNTED + 1].count()


@lru_cache(maxsize=1000)
def _counting(
    viewer: Viewer, names: tuple[str, ...], also: tuple[str, str] | None, most: int
) -> tuple[str, tuple]:
    """The question and its parameters, "" where nothing may be seen or nothing is asked.

    Writing it costs more than asking it, and it never changes for one viewer.
    """
    if not viewer.may("conversations.read"):
        return "", ()
    heaps = []
    for name in names:
        queue = named(name)
        heaps.append(queue.needing(Conversation.objects.visible_to(viewer), viewer))
    if also:
        heaps.append(lying_in(named(also[0]), viewer, also[1]))
    parts, parameters = [], []
    for number, heap in enumerate(heaps):
        sql, own = heap.order_by().values("pk")[:most].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS heap_{number})")  # noqa: S608 - Django's own SQL
        parameters += own
    return ", ".join(parts), tuple(parameters)
