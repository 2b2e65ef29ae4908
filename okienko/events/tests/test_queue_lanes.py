"""Lanes, batches and leases: who may take which job when."""

import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from okienko.events import queue, worker
from okienko.events.models import Job
from okienko.events.tests.house import QUICK, WAIT, task_specs

pytestmark = pytest.mark.django_db(transaction=True)


def names(jobs) -> list[str]:
    return [job.args["name"] for job in jobs]


def add(name: str, **more) -> Job:
    return queue.add("tests.note", {"name": name}, **more)


def test_only_the_head_of_a_lane_is_taken():
    add("first", lane="conversation/1")
    add("second", lane="conversation/1")
    add("elsewhere", lane="conversation/2")
    add("free")
    taken = queue.exchange("here", "default", most=10)
    assert names(taken) == ["first", "elsewhere", "free"]
    assert queue.exchange("there", "default", most=10) == []
    first = taken[0].pk
    assert names(queue.exchange("here", "default", done=[first], most=10)) == ["second"]


def test_a_waiting_head_holds_up_its_lane():
    """In order means that a retry is waited for, too."""
    add("first", lane="conversation/1", run_at=timezone.now() + timedelta(minutes=5))
    add("second", lane="conversation/1")
    assert queue.exchange("here", "default", most=10) == []


def test_a_parked_head_holds_up_nobody_and_comes_back_behind_who_runs():
    head = add("first", lane="conversation/1")
    add("second", lane="conversation/1")
    (taken,) = queue.exchange("here", "default", most=1)
    queue.park(taken, error="broken")
    assert names(queue.exchange("here", "default", most=10)) == ["second"]
    assert queue.unpark([head.pk]) == 1
    assert queue.exchange("there", "default", most=10) == []
    second = Job.objects.get(worker="here")
    assert names(queue.exchange("here", "default", done=[second.pk], most=10)) == ["first"]


def test_priority_then_time_then_age():
    now = timezone.now()
    add("late", run_at=now - timedelta(seconds=1))
    add("early", run_at=now - timedelta(seconds=9))
    add("urgent", priority=5)
    add("tomorrow", run_at=now + timedelta(days=1))
    assert names(queue.exchange("here", "default", most=2)) == ["urgent", "early"]
    assert names(queue.exchange("here", "default", most=2)) == ["late"]


def test_queues_do_not_mix():
    add("page")
    add("mail", queue="network")
    assert names(queue.exchange("here", "network", most=10)) == ["mail"]
    assert names(queue.exchange("here", "default", most=10)) == ["page"]


def test_who_hands_in_anothers_job_deletes_nothing():
    job = add("one")
    queue.exchange("here", "default", most=1)
    queue.exchange("there", "default", done=[job.pk], most=1)
    assert Job.objects.get().worker == "here"


def test_two_threads_run_a_lane_in_order_and_lanes_side_by_side():
    lock, running, ran, overlaps = threading.Lock(), set(), [], []

    def note(name, lane):
        with lock:
            if lane in running:
                overlaps.append(name)
            running.add(lane)
        time.sleep(0.005)
        with lock:
            running.discard(lane)
            ran.append(name)

    with task_specs(note=note):
        for number in range(15):
            for lane in ("a", "b", "c"):
                queue.add("tests.note", {"name": f"{lane}{number}", "lane": lane}, lane=lane)
        handle = worker.start(job_threads=2, network_threads=0)
        WAIT(lambda: Job.objects.count() == 0)
        handle.stop()
    assert overlaps == []
    for lane in ("a", "b", "c"):
        assert [name for name in ran if name[0] == lane] == [f"{lane}{number}" for number in range(15)]


def a_dead_worker() -> str:
    """The name of a worker in a process that has ended."""
    code = "from okienko.events import queue; print(queue.worker_name('default0'))"
    setup = f"import django; django.setup(); {code}"
    return subprocess.run(
        [sys.executable, "-c", setup], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_jobs_of_a_dead_process_are_free_at_once():
    add("one")
    queue.exchange(a_dead_worker(), "default", most=1)
    living = queue.worker_name("default0")
    add("two")
    queue.exchange(living, "default", most=1)
    assert queue.take_over_from_the_dead() == 1
    assert names(queue.exchange("here", "default", most=10)) == ["one"]
    assert Job.objects.get(worker=living).args == {"name": "two"}


def test_a_process_that_is_dead_but_not_buried_is_dead():
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    name = f"{queue.HOST[:60]}:{child.pid}:{queue._started(child.pid)}:default0"
    add("one")
    queue.exchange(name, "default", most=1)
    assert queue.take_over_from_the_dead() == 0
    child.kill()
    WAIT(lambda: queue.take_over_from_the_dead() == 1)
    child.stdin.close()
    child.wait()


def test_the_lease_of_a_hanging_worker_ends(monkeypatch):
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=-1))
    add("one")
    queue.exchange("elsewhere:1:1:default0", "default", most=1)
    assert queue.take_over_from_the_dead() == 0
    (job,) = queue.exchange("here", "default", most=1)
    assert (job.attempts, job.worker) == (2, "here")


def test_a_beat_stretches_the_lease_of_its_worker_only(monkeypatch):
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=-1))
    add("one")
    queue.exchange("elsewhere:1:1:default0", "default", most=1)
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=30))
    queue.beat("elsewhere:2:1:default0")
    assert len(queue.exchange("third:3:1:default0", "default", most=0)) == 0
    queue.beat("elsewhere:1:1:default0")
    assert queue.exchange("here", "default", most=1) == []


def test_what_the_database_forgot_in_the_middle_of_a_batch_is_not_held_for_ever(monkeypatch):
    """The connection breaks while a job runs: the failure cannot be written, nor the rest of the batch."""
    broken, ran = [], []

    def note(name):
        ran.append(name)
        if name == "second" and not broken:
            broken.append(name)
            connection.connection.close()
            connection.ensure_connection()
            Job.objects.count()

    monkeypatch.setattr(worker, "LOOK", 0.05)
    with task_specs(note=note):
        for name in ("first", "second", "third"):
            add(name)
        handle = worker.start(job_threads=1, network_threads=0)
        WAIT(lambda: Job.objects.count() == 0)
        handle.stop()
    assert sorted(ran) == ["first", "second", "second", "third"]


def test_a_job_that_kills_its_process_is_parked_and_takes_no_other_with_it():
    ran = []

    def note(name):
        ran.append(name)

    with task_specs(note=note):
        for name in ("harmless", "deadly", "later"):
            add(name)
        dead, deaths = a_dead_worker(), 0
        while Job.objects.filter(parked_at=None).exists():
            queue.take_over_from_the_dead()
            jobs = worker.suspect_alone(queue.exchange(dead, "default", most=16))
            if died_of(jobs):
                deaths += 1
    parked = Job.objects.get()
    assert (parked.args["name"], parked.attempts, deaths) == ("deadly", 4, 3)
    assert sorted(set(ran)) == ["harmless", "later"]


def died_of(jobs) -> bool:
    """Run jobs as a worker does, whose process dies at the deadly one."""
    done = []
    for job in jobs:
        if job.args["name"] == "deadly" and job.attempts <= QUICK.attempts:
            return True
        if worker.perform(job):
            done.append(job.pk)
    Job.objects.filter(pk__in=done).delete()
    return False


def test_a_job_begun_before_is_run_alone():
    ran = []

    def note(name):
        ran.append(name)

    with task_specs(note=note):
        for name in ("new", "begun before", "newer"):
            add(name)
        Job.objects.filter(args={"name": "begun before"}).update(attempts=1)
        thread = worker.Thread("default", 0)
        thread.turn()
        left = Job.objects.exclude(worker=thread.worker).order_by("pk")
        assert (ran, names(left), [job.attempts for job in left]) == (
            ["begun before"],
            ["new", "newer"],
            [0, 0],
        )
        thread.turn()
        thread.leave()
    assert (ran, Job.objects.count()) == (["begun before", "new", "newer"], 0)
