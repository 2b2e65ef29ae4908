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
