from django.db import models
from django.utils import timezone


class Event(models.Model):
    """One thing that happened. Written with the change it describes, never edited.

    Holds ids and short words only - no names, addresses or message text - so that
    erasing a person never means rewriting history. On PostgreSQL the table has one more
    column, `xid`, which Django does not know: see tailer.py.
    """

    type = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    actor_type = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    cause = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    depth = models.PositiveSmallIntegerField(default=0)
    data = models.JSONField(default=dict)
    happened_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id", "id"])]

    def __str__(self):
        return f"{self.type} {self.subject_type}/{self.subject_id}"


class Job(models.Model):
    """Work to be done, at least once. Done jobs are deleted; parked ones wait for a person.

    `lane`: jobs of one lane run one at a time, oldest first ("" = no lane).
    `worker` and `lease_until`: who has it and until when; a dead worker's jobs are taken over.
    """

    name = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    queue = models.CharField(max_length=16, default="default")
    lane = models.CharField(max_length=64, blank=True)
    priority = models.SmallIntegerField(default=0)
    event = models.ForeignKey(Event, models.CASCADE, null=True, related_name="+")
    run_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(
                fields=["queue", "-priority", "run_at", "id"],
                name="job_due",
                condition=models.Q(parked_at=None),
            ),
            models.Index(
                fields=["lane", "id"],
                name="job_lane",
                condition=models.Q(parked_at=None) & ~models.Q(lane=""),
            ),
            models.Index(fields=["worker"], name="job_worker", condition=~models.Q(worker="")),
            models.Index(fields=["event"], name="job_event"),
        ]

    def __str__(self):
        return f"{self.name} #{self.pk}"


class Schedule(models.Model):
    """When a recurring job of wiring.SCHEDULES is due next, shared by all processes."""

    name = models.CharField(max_length=80, unique=True)
    next_run_at = models.DateTimeField()

    def __str__(self):
        return self.name


class Epoch(models.Model):
    """The one row that names this life of the event log. A restored database starts a new one."""

    token = models.CharField(max_length=16)

    def __str__(self):
        return self.token
