from django.conf import settings
from django.db import models
from django.utils import timezone


class Blob(models.Model):
    """Some bytes, kept once however often they came, under their sha256. Written by store.py."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=100)  # sniffed from the bytes, not claimed by the sender
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.sha256[:12]

    @property
    def path(self):
        return settings.FILES_DIR / self.sha256[:2] / self.sha256

    def read(self) -> bytes:
        """All bytes. FileNotFoundError when the file is gone."""
        return self.path.read_bytes()


class Rendition(models.Model):
    """A smaller picture of a picture, made by us: upright, only pixels. Without a blob `trouble` says why."""

    class Kind(models.TextChoices):
        THUMB = "thumb"  # on the chip of a file
        VIEW = "view"  # as large as a screen

    SIDES = {Kind.THUMB: 320, Kind.VIEW: 2560}  # pixels at most, each way

    original = models.ForeignKey(Blob, models.CASCADE, related_name="renditions")
    kind = models.CharField(max_length=5, choices=Kind)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    has_place = models.BooleanField(default=False)  # the original tells where it was taken
    trouble = models.CharField(max_length=10, blank=True)  # broken, pixels or slow
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["original", "kind"], name="one_rendition_of_a_kind")]

    def __str__(self):
        return f"{self.kind} of {self.original}"
