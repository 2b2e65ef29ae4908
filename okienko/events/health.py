"""How the engine room is doing: for /health, the status page and Prometheus."""

from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.utils import timezone

from okienko.events import cursor, hub
from okienko.events.models import Job

LATE = 60.0  # seconds a due job may wait before we call the queue unwell
STALE = 15.0  # seconds without a look at the log before we call the tailer unwell


@dataclass(frozen=True)
class Report:
    """Figures of this moment; times in seconds. `lag` and `streams` are of this process, None outside `serve`."""

    due: int
    running: int
    later: int
    parked: int
    oldest: float
    lag: float | None
    streams: int | None
    oldest_transaction: float

    @property
    def complaints(self) -> list[str]:
        """What is wrong, in words; empty when all is well."""
        found = []
        if self.oldest > LATE:
            found.append(f"a job has been waiting for {self.oldest:.0f} s: is a worker running?")
        if self.lag is not None and self.lag > STALE:
            found.append(f"the change stream is {self.lag:.0f} s behind")
        if self.oldest_transaction > STALE:
            found.append(
                f"a transaction has been open for {self.oldest_transaction:.0f} s and holds the stream back"
            )
        return found


def report() -> Report:
    now = timezone.now()
    due = Q(parked_at=None, run_at__lte=now) & (Q(lease_until=None) | Q(lease_until__lt=now))
    counted = Job.objects.aggregate(
        due=Count("pk", filter=due),
        oldest=Min("run_at", filter=due),
        running=Count("pk", filter=Q(lease_until__gte=now)),
        later=Count("pk", filter=Q(parked_at=None, run_at__gt=now)),
        parked=Count("pk", filter=~Q(parked_at=None)),
    )
    oldest = counted.pop("oldest")
    the_hub = hub.current()
    return Report(
        **counted,
        oldest=(now - oldest).total_seconds() if oldest else 0.0,
        lag=the_hub.lag_seconds() if the_hub else None,
        streams=len(the_hub.subscribers) if the_hub else None,
        oldest_transaction=cursor.oldest_open_transaction_seconds(),
    )
