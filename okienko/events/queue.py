"""The queue: rows that are claimed under a lease, run at least once, and deleted when done.

The lease of a worker that died on this machine is taken over at once (its process is gone);
one that hangs, or died with its machine, after LEASE.
"""

import os
import socket
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from okienko.events import wakeup
from okienko.events.cause import cause
from okienko.events.models import Event, Job
from okienko.events.registry import REGISTRY, reactions_to
from okienko.lib import rows

LEASE = timedelta(seconds=30)
HEARTBEAT = timedelta(seconds=5)
HOST = socket.gethostname()


def add(
    name: str, args: dict, *, queue="default", lane="", priority=0, run_at: datetime | None = None
) -> Job:
    """Queue one call. Inside a transaction it exists only if that commits.

    What the call records names the event we are answering now as its cause.
    """
    due = run_at or timezone.now()
    job = rows.insert(
        Job(name=name, args=args, queue=queue, lane=lane, priority=priority, run_at=due, event=cause())
    )
    wakeup.after_commit(queue)
    return job


def add_reactions(event: Event):
    following = reactions_to(event.type)
    rows.insert_all(
        Job(
            name=reaction.name,
            queue=reaction.queue,
            lane=f"{event.subject_type}/{event.subject_id}" if reaction.lane else "",
            event=event,
        )
        for reaction in following
    )
    if following:
        wakeup.after_commit(*{reaction.queue for reaction in following})


# Only the head of a lane may be taken; its row stays until it is done, so the next one waits. A row may come
# before one that already runs (parked and run again, or committed late): then it waits for that one.
CLAIM = """
UPDATE events_job SET worker = %s, lease_until = %s, attempts = attempts + 1 WHERE id IN (
  SELECT j.id FROM events_job j
  WHERE j.queue = %s AND j.parked_at IS NULL AND j.run_at <= %s
    AND (j.lease_until IS NULL OR j.lease_until < %s)
    AND (j.lane = '' OR NOT EXISTS (
      SELECT 1 FROM events_job k
      WHERE k.lane = j.lane AND k.lane <> '' AND k.parked_at IS NULL
        AND (k.id < j.id OR (k.id > j.id AND k.lease_until >= %s))))
  ORDER BY j.priority DESC, j.run_at, j.id LIMIT %s {skip_locked}
) RETURNING id
"""


def exchange(worker: str, queue: str, *, done: Iterable[int] = (), most: int) -> list[Job]:
    """Delete the finished jobs and claim up to `most` due ones, in one transaction."""
    done, now = list(done), timezone.now()
    sql = CLAIM.format(skip_locked="FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else "")
    if connection.vendor == "sqlite" and not done and not _anything_due(queue, now):
        return []  # do not take the write lock just to learn that there is nothing to do
    with transaction.atomic():
        if done:
            Job.objects.filter(pk__in=done, worker=worker).delete()
        if not most:
            return []
        with connection.cursor() as cursor:
            cursor.execute(sql, [worker, now + LEASE, queue, now, now, now, most])
            ids = [row[0] for row in cursor.fetchall()]
    jobs = Job.objects.filter(pk__in=ids).select_related("event").order_by("-priority", "run_at", "pk")
    return list(jobs) if ids else []


def _anything_due(queue: str, now: datetime) -> bool:
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return Job.objects.filter(free, queue=queue, parked_at=None, run_at__lte=now).exists()


def give_back(jobs: Iterable[Job]):
    """Let go of claimed jobs that have not been begun; their attempt does not count."""
    held = {job.pk: job.worker for job in jobs}
    Job.objects.filter(pk__in=held, worker__in=set(held.values())).update(
        worker="", lease_until=None, attempts=F("attempts") - 1
    )


def put_back(job: Job, *, run_at: datetime, error: str = "", attempts: int | None = None):
    """Let go of a job until `run_at`. `attempts`: how often it counts as tried, unchanged when not given."""
    Job.objects.filter(pk=job.pk, worker=job.worker).update(
        worker="",
        lease_until=None,
        run_at=run_at,
        error=error[-4000:],
        attempts=job.attempts if attempts is None else attempts,
    )


def park(job: Job, *, error: str):
    """Set a job aside for a person to look at; its lane goes on without it."""
    Job.objects.filter(pk=job.pk, worker=job.worker).update(
        worker="", lease_until=None, parked_at=timezone.now(), error=error[-4000:]
    )


def unpark(job_ids: Iterable[int]) -> int:
    """Run parked jobs again from their first attempt. Returns how many."""
    jobs = Job.objects.filter(pk__in=list(job_ids)).exclude(parked_at=None)
    with transaction.atomic():
        queues = set(jobs.values_list("queue", flat=True))
        count = jobs.update(parked_at=None, attempts=0, run_at=timezone.now())
        wakeup.after_commit(*queues)
    return count


def beat(worker: str):
    """Stretch the leases of a living worker."""
    Job.objects.filter(worker=worker).update(lease_until=timezone.now() + LEASE)


def release(worker: str, *, was_tried: bool = True):
    """Give back what a living worker holds. Not `was_tried`: the house failed, and their attempts do not count."""
    held = Job.objects.filter(worker=worker)
    if was_tried:
        held.update(worker="", lease_until=None)
    else:
        held.update(worker="", lease_until=None, attempts=Greatest(F("attempts") - 1, 0))


def take_over_from_the_dead() -> int:
    """Free the jobs of processes of this machine that no longer exist. Returns how many."""
    holders = Job.objects.exclude(worker="").values_list("worker", flat=True).distinct()
    dead = [worker for worker in holders if not lives(worker)]
    return Job.objects.filter(worker__in=dead).update(worker="", lease_until=None) if dead else 0


def worker_name(thread: str) -> str:
    """host:pid:start:thread; the start time tells a new process from an old one with its pid."""
    return f"{HOST[:60]}:{os.getpid()}:{_started(os.getpid())}:{thread}"


def _started(pid: int) -> str:
    """When a process of this machine began; "" for one that is gone, or dead and not yet buried."""
    try:
        state, *others = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state in "ZX" else others[18]


def lives(worker: str) -> bool:
    """Is the process behind a worker's name alive? Of another machine's it is believed."""
    host, pid, started, _thread = worker.rsplit(":", 3)
    return host != HOST[:60] or _started(int(pid)) == started


def is_known(name: str) -> bool:
    return name in REGISTRY.task or name in REGISTRY.reaction


def waiting_args(name: str, argument: str) -> set:
    """The values of one argument over all queued calls of a task, parked ones too."""
    return {args.get(argument) for args in Job.objects.filter(name=name).values_list("args", flat=True)}
