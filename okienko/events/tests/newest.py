"""What the stream makes of the newest event, before its transaction is over."""

import json

from okienko.events.cursor import Position, Row
from okienko.events.hub import Change
from okienko.events.models import Event
from okienko.events.tailer import changes_of


def newest_change() -> Change:
    event = Event.objects.latest("pk")
    row = Row(Position(0, event.pk), event.type, event.subject_type, event.subject_id, json.dumps(event.data))
    (change,) = changes_of([row])
    return change
