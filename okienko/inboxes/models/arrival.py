from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from okienko.inboxes.models.inbox import Inbox


class Arrival(models.Model):
    """The raw bytes that came, stored before anybody reads them. Kept as long as its conversation.

    `delivery_key` names the delivery within its inbox: UIDVALIDITY/UID, the provider's id, or a hash.
    """

    class State(models.TextChoices):
        NEW = "new"
        DONE = "done"

    inbox = models.ForeignKey(Inbox, models.PROTECT, related_name="+")
    delivery_key = models.CharField(max_length=120)
    blob = models.ForeignKey("files.Blob", models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=320, blank=True)  # the envelope's, where there is one
    state = models.CharField(max_length=4, choices=State, default=State.NEW)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=250, blank=True)
    is_quiet = models.BooleanField(default=False)  # an import: no reaction runs
    is_settled = models.BooleanField(default=False)  # of an import: dealt with long ago, asks nobody to act
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inbox", "delivery_key"], name="each_delivery_once")]
        indexes = [models.Index(F("created_at"), name="arrival_unread", condition=~Q(state="done"))]

    def __str__(self):
        return f"{self.inbox_id}/{self.delivery_key}"
