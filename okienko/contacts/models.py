from django.db import models
from django.utils import timezone


class Contact(models.Model):
    """A customer, however many addresses and handles they write from."""

    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.name or f"#{self.pk}"


class Identity(models.Model):
    """One address or handle of a contact, e.g. email zofia@klient.example.

    `is_verified`: they proved that it is theirs. `is_shared`: several people (biuro@…), `is_relay`: a
    robot in between (contact form, marketplace mask): never merged, never greeted by name.
    """

    class Kind(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"
        HANDLE = "handle"
        VISITOR = "visitor"
        LOGIN = "login"

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=320)
    is_verified = models.BooleanField(default=False)
    is_shared = models.BooleanField(default=False)
    is_relay = models.BooleanField(default=False)
    source = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="one_contact_per_identity")]

    def __str__(self):
        return f"{self.kind}:{self.value}"
