"""What the house itself suffers from is not held against a job."""

import errno
from datetime import timedelta

import pytest
from django.utils import timezone

from okienko.events import queue, worker
from okienko.events.models import Job
from okienko.events.registry import Retry
from okienko.events.tests.house import reactions
from okienko.events.tests.test_queue import due_now, ring

pytestmark = pytest.mark.django_db


def disk_is_full(event):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_the_trouble_of_the_house_is_no_attempt_of_the_job():
    """A full disk for hours must not park what was taken in, nor make it wait for half an hour afterwards."""
    with reactions(disk_is_full, retry=Retry(attempts=2)):
        ring()
        for _ in range(5):
            due_now()
            assert worker.drain() == 1
    job = Job.objects.get()
    assert (job.attempts, job.parked_at, job.worker) == (0, None, "")
    assert job.run_at - timezone.now() <= timedelta(seconds=2)


def test_what_a_living_worker_gives_back_was_not_tried():
    queue.add("tests.later", {})
    for _ in range(3):
        assert len(queue.exchange("here:1:1:a", "default", most=4)) == 1
        queue.release("here:1:1:a")
    job = Job.objects.get()
    assert (job.attempts, job.worker, job.lease_until) == (0, "", None)
