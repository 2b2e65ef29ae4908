"""Events and their jobs: written together, retried, parked, and never run for ever."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from okienko.events import queue, schedule, wakeup, worker
from okienko.events.cause import MAX_DEPTH
from okienko.events.log import Actor, record
from okienko.events.models import Event, Job, Schedule
from okienko.events.registry import Retry, Scheduled
from okienko.events.tests.house import WAIT, BellRang, reactions, task_specs
from okienko.events.worker import RunAgain

NOBODY = Actor.system()
pytestmark = pytest.mark.django_db


def ring(bell_id: int = 1, **more) -> Event:
    with transaction.atomic():
        return record(BellRang(bell_id=bell_id), actor=NOBODY, **more)


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def due_now():
    Job.objects.update(run_at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="inside the operation's transaction"):
        record(BellRang(bell_id=1), actor=NOBODY)
    assert Event.objects.count() == 0


def test_the_jobs_come_with_their_event():
    with reactions(note_one, note_two, lane=True):
        event = ring(7)
    assert (event.subject_type, event.subject_id, event.depth, event.cause) == ("bell", 7, 0, None)
    assert event.data == {"bell_id": 7, "times": 1}
    found = Job.objects.order_by("pk").values_list("name", "lane", "event_id", "attempts")
    assert list(found) == [
        ("tests.note_one", "bell/7", event.pk, 0),
        ("tests.note_two", "bell/7", event.pk, 0),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_neither_event_nor_job():
    with reactions(note_one), rolled_back():
        record(BellRang(bell_id=1), actor=NOBODY)
    assert (Event.objects.count(), Job.objects.count()) == (0, 0)


def test_a_quiet_fact_has_no_jobs():
    with reactions(note_one):
        ring(quiet=True)
    assert (Event.objects.count(), Job.objects.count()) == (1, 0)


def test_reactions_run_each_alone():
    """One that fails takes nothing from the other, and is tried again after its delay."""
    ran.clear()
    with reactions(fails, note_one):
        event = ring()
        assert worker.drain() == 2
        assert ran == [("one", event.pk)]
        job = Job.objects.get()
        assert (job.name, job.attempts, job.worker, job.parked_at) == ("tests.fails", 1, "", None)
        assert timedelta(seconds=1) < job.run_at - timezone.now() <= timedelta(seconds=2)
        assert job.error.endswith("ZeroDivisionError\n")


def test_delays_grow_to_a_limit_and_then_it_is_parked():
    retry = Retry(attempts=4, first=timedelta(seconds=1), factor=10, longest=timedelta(seconds=50))
    assert [retry.delay(made) for made in (1, 2, 3, 4)] == [
        timedelta(seconds=1),
        timedelta(seconds=10),
        timedelta(seconds=50),
        None,
    ]
    with reactions(fails, retry=Retry(attempts=2)):
        ring()
        for _ in range(2):
            due_now()
            assert worker.drain() == 1
        due_now()
        assert worker.drain() == 0
    job = Job.objects.get()
    assert (job.attempts, job.parked_at is not None, job.worker) == (2, True, "")


def test_a_parked_job_runs_again_from_its_first_attempt():
    ran.clear()
    with reactions(fails, retry=Retry(attempts=1)):
        event = ring()
        worker.drain()
    assert queue.unpark([Job.objects.get().pk, 0]) == 1
    assert queue.unpark([Job.objects.get().pk]) == 0
    Job.objects.update(name="tests.note_one")
    with reactions(note_one):
        assert worker.drain() == 1
    assert (ran, Job.objects.count()) == ([("one", event.pk)], 0)


def test_a_job_nobody_knows_is_parked():
    queue.add("tests.of_tomorrow", {"name": 1})
    assert worker.drain() == 1
    job = Job.objects.get()
    assert (job.attempts, job.parked_at is not None) == (1, True)
    assert job.error.endswith("okienko.events.worker.UnknownJob: tests.of_tomorrow\n")


def test_reactions_that_cause_each_other_are_parked_at_once():
    with reactions(ring_again):
        first = ring()
        assert worker.drain() == MAX_DEPTH + 1
        job = Job.objects.get()
    events = list(Event.objects.order_by("pk"))
    assert [event.depth for event in events] == list(range(MAX_DEPTH + 1))
    assert [event.cause_id for event in events] == [None, *(event.pk for event in events[:-1])]
    assert (events[0].pk, job.attempts, job.parked_at is not None) == (first.pk, 1, True)
    assert job.error.count("RunawayReaction: 6 steps away") == 1


def test_a_job_that_is_not_finished_comes_again_and_has_not_failed():
    waits = [timedelta(minutes=3), timedelta(minutes=9)]

    def poll():
        if waits:
            raise RunAgain(waits.pop(0))

    with task_specs(poll=poll, retry=Retry(attempts=1)) as tasks:
        tasks["poll"].enqueue()
        for expected in (3, 9):
            due_now()
            assert worker.drain() == 1
            job = Job.objects.get()
            assert (job.attempts, job.parked_at, job.error) == (0, None, "")
            left = job.run_at - timezone.now()
            assert timedelta(minutes=expected, seconds=-5) < left <= timedelta(minutes=expected)
        due_now()
        assert (worker.drain(), Job.objects.count()) == (1, 0)


def test_the_api_of_django_tasks():
    def write(name):
        ran.append(name)

    ran.clear()
    later = timezone.now() + timedelta(hours=1)
    with task_specs(write=write, lane="letters/{name}".format) as tasks:
        given = tasks["write"].using(priority=7, run_after=later).enqueue(name="x")
        job = Job.objects.get()
        assert (given.id, job.name, job.args) == (str(job.pk), "tests.write", {"name": "x"})
        assert (job.priority, job.run_at, job.lane, job.queue) == (7, later, "letters/x", "default")
        assert worker.drain() == 0
        due_now()
        assert (worker.drain(), ran) == (1, ["x"])
        with pytest.raises(TypeError, match="keyword arguments"):
            tasks["write"].enqueue("x")
        tasks["write"].using(queue_name="network").enqueue(name="y")
        assert Job.objects.get().queue == "network"
    with task_specs(), pytest.raises(LookupError):
        tasks["write"].enqueue(name="x")


@pytest.mark.django_db(transaction=True)
def test_a_transaction_rings_once_and_only_when_it_commits():
    ear = wakeup.bell.ear(wakeup.LOG)
    rings = []
    ear.set = lambda: rings.append(connection.in_atomic_block)
    try:
        with transaction.atomic():
            for number in range(5):
                record(BellRang(bell_id=number), actor=NOBODY)
                queue.add("tests.any", {})
            with transaction.atomic():
                record(BellRang(bell_id=9), actor=NOBODY)
            assert rings == []
        assert rings == [False]
        with rolled_back():
            record(BellRang(bell_id=1), actor=NOBODY)
        assert rings == [False]
        # What a savepoint took back does not ring; what stays does.
        with transaction.atomic():
            with rolled_back():
                record(BellRang(bell_id=1), actor=NOBODY)
            record(BellRang(bell_id=2), actor=NOBODY)
        assert rings == [False, False]
    finally:
        wakeup.bell.forget(ear)


@pytest.mark.django_db(transaction=True)
def test_two_keepers_queue_a_recurring_job_once_a_period():
    def sweep():
        ran.append("sweep")

    every = timedelta(minutes=10)
    with task_specs(sweep=sweep) as tasks:
        connect_schedule(tasks["sweep"], every)
        schedule.enqueue_due()
        assert Job.objects.count() == 0  # the first look only notes the time
        both_at_once(schedule.enqueue_due)
        assert Job.objects.count() == 1
        both_at_once(schedule.enqueue_due)
        assert Job.objects.count() == 1
        entry = Schedule.objects.get()
        assert timedelta(minutes=9) < entry.next_run_at - timezone.now() <= every
        Schedule.objects.update(next_run_at=timezone.now() - timedelta(hours=5))
        both_at_once(schedule.enqueue_due)
        assert Job.objects.count() == 2  # hours missed are made up by one run


def connect_schedule(task, every):
    from okienko.events.registry import REGISTRY

    REGISTRY.schedules = [Scheduled(name="tests.sweep", task=task, every=every)]


def both_at_once(act):
    start = threading.Barrier(2)
    failures = []

    def run():
        start.wait()
        try:
            act()
        except Exception as error:  # noqa: BLE001 - told to the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.django_db(transaction=True)
def test_threads_stop_and_give_back_what_they_have_not_begun():
    begun, go_on = threading.Event(), threading.Event()

    def slow(number):
        begun.set()
        go_on.wait(30)

    with task_specs(slow=slow) as tasks:
        for number in range(3):
            tasks["slow"].enqueue(number=number)
        handle = worker.start(job_threads=1, network_threads=0)
        WAIT(begun.is_set)
        stopper = threading.Thread(target=handle.stop)
        stopper.start()
        WAIT(handle.threads[0].stopping.is_set)
        go_on.set()
        stopper.join()
    left = Job.objects.order_by("pk").values_list("args", "worker", "attempts", "lease_until")
    assert list(left) == [({"number": 1}, "", 0, None), ({"number": 2}, "", 0, None)]


ran: list = []


def note_one(event):
    ran.append(("one", event.pk))


def note_two(event):
    ran.append(("two", event.pk))


def fails(event):
    raise ZeroDivisionError


def ring_again(event):
    with transaction.atomic():
        record(BellRang(bell_id=event.subject_id), actor=NOBODY)
