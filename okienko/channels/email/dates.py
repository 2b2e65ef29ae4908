"""Whose clock says when: the sender's Date, and the Received line that our own server wrote."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from okienko.channels.email.headers import Headers, value

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
TOLERANCE = timedelta(minutes=10)  # clocks of honest machines differ by minutes


def times(headers: Headers, now: datetime) -> tuple[datetime | None, datetime | None]:
    """(sent_at, received_at), both UTC or None. Neither is ever later than the clock that bounds it.

    received_at is the topmost Received, the only one no stranger can write. A Date later than that
    (without it: later than `now`) is a wrong clock and is not told.
    """
    ceiling = now + TOLERANCE
    received_at = _moment(value(headers, "received").rpartition(";")[2])
    if received_at and received_at > ceiling:
        received_at = None
    sent_at = _moment(value(headers, "date"))
    if sent_at and sent_at > (received_at + TOLERANCE if received_at else ceiling):
        sent_at = None
    return sent_at, received_at


def _moment(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        parsed = parsedate_tz(text[:200])
        if not parsed:
            return None
        zone = timezone(timedelta(seconds=parsed[9] or 0))
        moment = datetime(*parsed[:6], tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment >= EARLIEST else None
