"""The queue behind the API of django_tasks: `@task`, `.enqueue()`, `.using(run_after=…)`."""

from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import TaskResult, TaskResultStatus

from okienko.events import queue
from okienko.events.registry import REGISTRY


class LeaseQueue(BaseTaskBackend):
    supports_defer = True
    supports_priority = True

    def enqueue(self, task, args, kwargs):
        """Queue a call with keyword arguments. LookupError when wiring does not list the task."""
        if args:
            raise TypeError("jobs take keyword arguments: their rows outlive a changed signature")
        spec = REGISTRY.task[REGISTRY.name_of[task.func]]
        job = queue.add(
            spec.name,
            kwargs,
            queue=task.queue_name,
            lane=spec.lane(**kwargs) if spec.lane else "",
            priority=task.priority,
            run_at=task.run_after,
        )
        return TaskResult(
            task=task,
            id=str(job.pk),
            status=TaskResultStatus.READY,
            enqueued_at=job.created_at,
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=[],
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
