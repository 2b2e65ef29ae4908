"""Recurring jobs: each due time is taken by one process, which queues the job."""

from django.db import transaction
from django.utils import timezone

from okienko.events import queue
from okienko.events.models import Schedule
from okienko.events.registry import REGISTRY


def enqueue_due():
    now = timezone.now()
    waiting = dict(Schedule.objects.values_list("name", "next_run_at"))
    for entry in REGISTRY.schedules:
        if entry.name not in waiting:
            Schedule.objects.get_or_create(name=entry.name, defaults={"next_run_at": now})
        elif waiting[entry.name] <= now:
            _enqueue(entry, waiting[entry.name], now)


def _enqueue(entry, due, now):
    with transaction.atomic():
        # Comparing with the time we read makes sure that only one process wins.
        mine = Schedule.objects.filter(name=entry.name, next_run_at=due).update(next_run_at=now + entry.every)
        if mine:
            queue.add(REGISTRY.name_of[entry.task.func], {}, queue=entry.task.queue_name)
