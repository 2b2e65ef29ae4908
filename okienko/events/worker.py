"""Threads that run the queue: inside `okienko serve`, or alone as `okienko worker`."""

import logging
import threading
import traceback
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from okienko.events import queue, schedule
from okienko.events.cause import RunawayReaction, caused_by
from okienko.events.models import Job
from okienko.events.registry import REGISTRY
from okienko.events.wakeup import bell
from okienko.lib.house_trouble import is_of_the_house

logger = logging.getLogger(__name__)
HOUSE_REST = timedelta(seconds=2)  # after a full disk or a lost database
LOOK = 1.0  # seconds between looks when nobody rings
# Quick jobs are claimed several at a time; slow network jobs one by one, so that none waits behind another.
BATCH = {"default": 16, "network": 1}


class RunAgain(Exception):
    """Raised by a job that is fine but not finished: run it again after `delay`, not as a failure."""

    def __init__(self, delay: timedelta):
        super().__init__(f"again in {delay}")
        self.delay = delay


class UnknownJob(Exception):
    """A row whose name no wiring lists: written by a newer or older version."""


def call(job: Job):
    with caused_by(job.event):
        if job.name in REGISTRY.reaction:
            REGISTRY.reaction[job.name].run(job.event)
        elif job.name in REGISTRY.task:
            REGISTRY.task[job.name].task.func(**job.args)  # type: ignore[attr-defined]
        else:
            raise UnknownJob(job.name)


def perform(job: Job) -> bool:
    """Run one claimed job. True when it is done and its row may go."""
    spec = REGISTRY.reaction.get(job.name) or REGISTRY.task.get(job.name)
    if spec and job.attempts > spec.retry.attempts:
        # The process died at each try: running it once more would only kill the next one.
        queue.park(job, error=job.error or "the worker died each time it ran this job")
        return False
    try:
        call(job)
    except RunAgain as again:
        queue.put_back(job, run_at=timezone.now() + again.delay, attempts=0)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not end the worker
        _failed(job, error, spec)
    else:
        return True
    return False


def _failed(job: Job, error: Exception, spec):
    if is_of_the_house(error):
        # Not the job's fault: it waits as long as the trouble lasts, and is never set aside for it.
        logger.warning("job %s (%s) waits for the house: %s", job.pk, job.name, type(error).__name__)
        queue.put_back(job, run_at=timezone.now() + HOUSE_REST, error=str(error), attempts=job.attempts - 1)
        return
    words = "".join(traceback.format_exception(error))
    delay = None if isinstance(error, RunawayReaction | UnknownJob) else spec.retry.delay(job.attempts)
    if delay is None:
        # The traceback goes to the row; the log gets no values that could be somebody's data.
        logger.error("parked job %s (%s): %s", job.pk, job.name, type(error).__name__)
        queue.park(job, error=words)
    else:
        queue.put_back(job, run_at=timezone.now() + delay, error=words)


def suspect_alone(jobs: list[Job]) -> list[Job]:
    """Of claimed jobs the ones to run now: one that was begun before may have killed its process.

    Run alone it takes no attempts of others with it, and they are not parked in its stead.
    """
    suspect = next((job for job in jobs if job.attempts > 1), None)
    if suspect is None or len(jobs) == 1:
        return jobs
    queue.give_back(job for job in jobs if job is not suspect)
    return [suspect]


class Thread(threading.Thread):
    """Claims and runs the jobs of one queue until stopped; finishes the job in hand."""

    def __init__(self, queue_name: str, number: int):
        super().__init__(name=f"jobs-{queue_name}-{number}", daemon=True)
        self.queue_name = queue_name
        self.worker = queue.worker_name(f"{queue_name}{number}")
        self.stopping = threading.Event()
        self.ear = bell.ear(queue_name)
        self.done: list[int] = []  # run, but their rows are still there
        self.lost_track = False
        self.was_tried = True  # what we held when we lost track of it: False when the house was to blame

    def run(self):
        while not self.stopping.is_set():
            try:
                if self.lost_track:
                    self.let_go()
                self.turn()
            except Exception as error:
                logger.exception("the queue cannot be read; trying again")
                self.lost_track, self.was_tried = True, not is_of_the_house(error)
                connection.close()
                self.stopping.wait(LOOK)
        self.leave()

    def turn(self):
        """Hand in what is done, take what is due, run it."""
        self.ear.clear()
        jobs = queue.exchange(self.worker, self.queue_name, done=self.done, most=BATCH[self.queue_name])
        self.done = []
        jobs = suspect_alone(jobs)
        for position, job in enumerate(jobs):
            if self.stopping.is_set():
                queue.give_back(jobs[position:])
                break
            if perform(job):
                self.done.append(job.pk)
        if not jobs:
            self.ear.wait(LOOK)

    def let_go(self):
        """The database failed in the middle: what we hold and do not run would stay ours as long as we live."""
        queue.exchange(self.worker, self.queue_name, done=self.done, most=0)
        self.done = []
        queue.release(self.worker, was_tried=self.was_tried)
        self.lost_track, self.was_tried = False, True

    def leave(self):
        try:
            self.let_go()
        except Exception:
            logger.exception("stopping without handing in the finished jobs; they will run once more")
        bell.forget(self.ear)
        connection.close()


class Keeper(threading.Thread):
    """Stretches leases, frees those of the dead, and starts what the schedule says."""

    def __init__(self, workers: list[Thread]):
        super().__init__(name="jobs-keeper", daemon=True)
        self.workers = workers
        self.stopping = threading.Event()

    def run(self):
        beat_at = timezone.now()
        while not self.stopping.is_set():
            try:
                if queue.take_over_from_the_dead():
                    bell.ring()
                schedule.enqueue_due()
                if timezone.now() >= beat_at:
                    beat_at = timezone.now() + queue.HEARTBEAT
                    for worker in self.workers:
                        queue.beat(worker.worker)
            except Exception:
                logger.exception("the keeper of the queue failed; trying again")
                connection.close()
            self.stopping.wait(2)
        connection.close()


class Handle:
    def __init__(self, threads: list[Thread]):
        self.threads = threads
        self.keeper = Keeper(threads)

    def start(self):
        for thread in [self.keeper, *self.threads]:
            thread.start()
        return self

    def stop(self, timeout: float = 5.0):
        """Let each thread finish the job in hand, at most `timeout` seconds in all."""
        everyone: list[Keeper | Thread] = [self.keeper, *self.threads]
        for thread in everyone:
            thread.stopping.set()
        bell.ring()
        until = timezone.now() + timedelta(seconds=timeout)
        for thread in everyone:
            thread.join(max(0.0, (until - timezone.now()).total_seconds()))


def start(*, job_threads: int | None = None, network_threads: int | None = None) -> Handle:
    """Start the job threads of this process; the numbers come from the settings when not given."""
    quick = settings.JOB_THREADS if job_threads is None else job_threads
    slow = settings.NETWORK_THREADS if network_threads is None else network_threads
    threads = [Thread("default", number) for number in range(quick)]
    threads += [Thread("network", number) for number in range(slow)]
    return Handle(threads).start()


def drain(*, most: int = 100_000, queues=("default", "network")) -> int:
    """Run what is due now in this thread, and what follows from it. Returns the number of jobs run."""
    worker, count = queue.worker_name("drain"), 0
    idle = False
    while not idle and count < most:
        idle = True
        for name in queues:
            for job in queue.exchange(worker, name, most=BATCH[name]):
                idle = False
                count += 1
                if perform(job):
                    queue.exchange(worker, name, done=[job.pk], most=0)
    return count
