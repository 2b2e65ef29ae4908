"""What is held until a transaction ends, so that two who act at once act one after the other."""

import zlib
from collections.abc import Iterable

from django.db import connection

from okienko.conversations.models import Conversation
from okienko.lib import rows


def locked(pk: int) -> Conversation:
    """The row as it is now, held until the transaction ends: two people may act at once."""
    conversation = rows.get(Conversation, lock=True, pk=pk)
    if conversation is None:
        raise Conversation.DoesNotExist(pk)
    return conversation


def hold(names: Iterable[str]):
    """Whoever holds one of the same names waits: ids and addresses of letters.

    SQLite has one writer anyway. On PostgreSQL two workers could otherwise each open a conversation for a parent and
    its child. Call it before rows are locked.
    """
    if connection.vendor != "postgresql":
        return
    numbers = sorted({zlib.crc32(name.encode("utf-8", "replace")) for name in names if name})
    with connection.cursor() as cursor:
        # Sorted, so that two letters never wait for each other.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(7, (n - 2147483648)::int) FROM unnest(%s::bigint[]) AS n", [numbers]
        )
