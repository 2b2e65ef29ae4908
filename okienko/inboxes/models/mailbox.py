"""How fetching from the mailbox of an inbox goes: the ledger of what has been taken in, and what failed."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okienko.inboxes.models.inbox import Inbox
from okienko.inboxes.source import Purpose, Trouble

STOPPED_AFTER = timedelta(minutes=10)  # without a complete look into the mailbox: the owners are told


class MailboxQuerySet(models.QuerySet):
    def wanted(self):
        """Those that should be fetched from now."""
        return self.filter(is_connected=True, inbox__is_paused=False)

    def free(self):
        """Held by no process, or by one that let its lease run out."""
        return self.filter(Q(lease_until=None) | Q(lease_until__lt=timezone.now()))


class Mailbox(models.Model):
    """One lease for one mailbox: whoever holds it fetches, nobody else.

    `is_connected`: the shop has said "fetch"; before that it is being set up, after "disconnect" it is history.
    `waiting`: letters seen on the server and not yet taken in.
    """

    inbox = models.OneToOneField(Inbox, models.CASCADE, related_name="mailbox")
    is_connected = models.BooleanField(default=False)
    holder = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)  # when the last complete look ended
    failing_since = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=12, choices=[(t.value, t.value) for t in Trouble], blank=True)
    error = models.CharField(max_length=500, blank=True)  # in words, without anybody's data
    waiting = models.PositiveIntegerField(default=0)
    reconciled_at = models.DateTimeField(null=True)
    sending_failing_since = models.DateTimeField(null=True)
    sending_error = models.CharField(max_length=500, blank=True)
    # When the owners were told that fetching, or sending, has stopped; empty again when it runs.
    told_of_fetching = models.DateTimeField(null=True)
    told_of_sending = models.DateTimeField(null=True)

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self):
        return f"mailbox of {self.inbox_id}"

    @property
    def age(self) -> timedelta | None:
        """Since the last complete look; since the connection where there was none; None before that."""
        begun = self.fetched_at or self.connected_at
        return timezone.now() - begun if begun else None

    @property
    def fetching_has_stopped(self) -> bool:
        """Should be fetched from, and has not been for too long."""
        wanted = self.is_connected and not self.inbox.is_paused
        return wanted and self.age is not None and self.age > STOPPED_AFTER

    @property
    def sending_has_stopped(self) -> bool:
        """Its server has taken nothing for too long although there was something to send."""
        since = self.sending_failing_since
        return since is not None and not self.inbox.is_paused and timezone.now() - since > STOPPED_AFTER


class Folder(models.Model):
    """A folder of the mailbox. Of one that is watched every letter numbered up to `confirmed` has been taken in or is a Missed row.

    The numbers hold as long as the server's `validity` does. `begins_after`: letters up to this number came
    before we were connected; an import may bring them.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="folders")
    name = models.CharField(max_length=250)
    purpose = models.CharField(max_length=8, choices=[(p.value, p.value) for p in Purpose], blank=True)
    is_watched = models.BooleanField(default=True)  # False: only imports look into it
    validity = models.CharField(max_length=40, blank=True)
    confirmed = models.PositiveBigIntegerField(default=0)
    begins_after = models.PositiveBigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    # The daily count: letters the server has since we began, those of them that we have, those we had to mend.
    counted_at = models.DateTimeField(null=True)
    on_server = models.PositiveIntegerField(default=0)
    with_us = models.PositiveIntegerField(default=0)
    mended = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "name"], name="each_folder_once")]

    def __str__(self):
        return f"{self.mailbox_id}/{self.name}"

    def key(self, number: int) -> str:
        """The delivery key of a letter: the same letter fetched twice is one arrival."""
        return f"{self.pk}/{self.validity}/{number}"


class Missed(models.Model):
    """A letter the server would not hand out. It holds nothing back, and is asked for again."""

    folder = models.ForeignKey(Folder, models.CASCADE, related_name="missed")
    validity = models.CharField(max_length=40)
    number = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "missed"
        constraints = [
            models.UniqueConstraint(fields=["folder", "validity", "number"], name="each_miss_once")
        ]

    def __str__(self):
        return f"{self.folder_id}/{self.validity}/{self.number}"


class Import(models.Model):
    """Old letters brought in quietly, oldest first: of the first connection, or asked for by somebody.

    `done`: every letter of the range up to this number has been looked at. `taken` counts those brought in,
    `found` those in the range; both are of this import alone.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")
        STOPPED = "stopped", _("Stopped")

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="imports")
    folder = models.ForeignKey(Folder, models.CASCADE, related_name="imports")
    since = models.DateField(null=True)  # inclusive, by the day the server took the letter in
    before = models.DateField(null=True)  # exclusive
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    validity = models.CharField(max_length=40, blank=True)
    upto = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    agent = models.ForeignKey("accounts.Agent", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(F("created_at"), name="import_open", condition=Q(state="running"))]

    def __str__(self):
        return f"import {self.pk} of {self.mailbox_id}"

    @property
    def percent(self) -> int:
        return min(100, 100 * self.taken // self.found) if self.found else 0


class Checkup(models.Model):
    """One trial of a mailbox, step by step; the page shows the steps as they come.

    `steps`: [{"name", "verdict", "words"}], in the language of whoever asked. `token` marks our trial letters.
    """

    inbox = models.ForeignKey(Inbox, models.CASCADE, related_name="checkups")
    agent = models.ForeignKey("accounts.Agent", models.SET_NULL, null=True, related_name="+")
    token = models.CharField(max_length=40)
    language = models.CharField(max_length=5, default="pl")
    steps = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"checkup {self.pk} of {self.inbox_id}"
