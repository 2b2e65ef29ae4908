"""The true times of what is told: sixty days that the demonstration lives through in half a minute.

Every operation takes the time from the clock on the wall, and rightly so; nothing in the product lets a caller say
that something happened at another time, and nothing should. So the shop is made by the real operations, one act
after another in the order of time, and after each act the moments that it has written are set to when it is told to
have happened. They are known by this: they are later than the beginning of the filling, and no told moment is.

This is the one place that writes rows of other rooms, and only their times.
"""

# ruff: noqa: SLF001 - a model's _meta is public API of Django
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from okienko.conversations.models import Conversation, Delivery, Message
from okienko.events.models import Event

# Clocks of the machinery, which runs now whatever is told.
NOT_TOLD = {"events.Job", "events.Schedule", "events.Epoch", "accounts.Device", "accounts.ApiToken"}
ON_THE_WAY = timedelta(seconds=4)  # from writing a letter to its leaving


@dataclass(frozen=True)
class Table:
    """A table with times. `owner`: its column that names the conversation, "" without one."""

    name: str
    times: tuple[str, ...]
    owner: str

    def statement(self, condition: str) -> str:
        cases = ", ".join(f'"{c}" = CASE WHEN "{c}" >= %s THEN %s ELSE "{c}" END' for c in self.times)
        return f'UPDATE "{self.name}" SET {cases} WHERE {condition}'  # noqa: S608 - names of our own columns


def tables() -> list[Table]:
    found = []
    for model in apps.get_models():
        columns = tuple(f.column for f in model._meta.concrete_fields if isinstance(f, models.DateTimeField))
        is_ours = model.__module__.startswith("okienko.") and model._meta.label not in NOT_TOLD
        if is_ours and columns:
            found.append(Table(model._meta.db_table, columns, owner_in(model)))
    return found


def owner_in(model: type[models.Model]) -> str:
    if model is Conversation:
        return "id"
    keys = [f for f in model._meta.concrete_fields if f.name == "conversation"]
    return keys[0].column if keys else ""


class Backdating:
    """`date` after each act, inside the transaction of the filling."""

    def __init__(self):
        self.began = timezone.now()
        self.tables = tables()
        newest = [f'(SELECT max(id) FROM "{table.name}")' for table in self.tables]  # noqa: S608
        self.asking = "SELECT " + ", ".join(newest)
        self.last = self._newest()

    def _newest(self) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(self.asking)
            return [number or 0 for number in cursor.fetchone()]

    def date(self, at: datetime, conversation_id: int | None = None):
        """What was written since the last call happened at `at`: new rows, and those of the conversation."""
        newest = self._newest()
        values = [connection.ops.adapt_datetimefield_value(moment) for moment in (self.began, at)]
        with connection.cursor() as cursor:
            for table, before, now in zip(self.tables, self.last, newest, strict=True):
                if now > before:
                    cursor.execute(table.statement("id > %s"), [*values * len(table.times), before])
                if table.owner and conversation_id:
                    sql = table.statement(f'"{table.owner}" = %s')
                    cursor.execute(sql, [*values * len(table.times), conversation_id])
        self.last = newest


@transaction.atomic
def date_sending(messages: Iterable[Message]):
    """What was sent just now left when it was written."""
    for message in messages:
        at = message.received_at + ON_THE_WAY
        Delivery.objects.filter(recipient__message=message).exclude(sent_at=None).update(sent_at=at)
        told = Event.objects.filter(
            subject_type="conversation",
            subject_id=message.conversation_id,
            type="conversation.delivery_changed",
            data__message_id=message.pk,
        )
        told.update(happened_at=at)
        if message.raw_id:
            type(message.raw).objects.filter(pk=message.raw_id).update(created_at=at)
