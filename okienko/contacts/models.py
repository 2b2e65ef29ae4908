from collections.abc import Callable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# What decides who sees a contact lies above this room: wiring gives it. (agent) → a condition on Contact.
_sight: list[Callable[[object], Q]] = []


def install_sight(conditions: list[Callable[[object], Q]]):
    _sight[:] = conditions


class ContactQuerySet(models.QuerySet):
    def visible_to(self, agent):
        """Every read by an agent starts here: contacts of whom the agent may know by every condition of wiring."""
        if not agent.may("conversations.read"):
            return self.none()
        found = self
        for condition in _sight:
            found = found.filter(condition(agent))
        return found


class Contact(models.Model):
    """A customer, however many addresses and handles they write from."""

    name = models.CharField(max_length=200, blank=True)
    is_named_by_hand = models.BooleanField(
        default=False
    )  # corrected by one of us: no letter's name replaces it
    language = models.CharField(max_length=5, blank=True)
    tags = models.ManyToManyField("ContactTag", related_name="contacts")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ContactQuerySet.as_manager()

    def __str__(self):
        return self.name or f"#{self.pk}"


class Identity(models.Model):
    """One address or handle of a contact, e.g. email zofia@klient.example.

    `is_verified`: they proved that it is theirs. `is_shared`: several people (biuro@…), `is_relay`: a
    robot in between (contact form, marketplace mask): never merged, never greeted by name.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        HANDLE = "handle", _("Handle")
        VISITOR = "visitor", _("Visitor")
        LOGIN = "login", _("Shop login")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=320)
    is_verified = models.BooleanField(default=False)
    is_shared = models.BooleanField(default=False)
    is_relay = models.BooleanField(default=False)
    is_primary = models.BooleanField(default=False)  # of its kind: the one we write to or call
    shows_pictures = models.BooleanField(
        default=False
    )  # an agent let pictures from elsewhere in its letters load
    source = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="one_contact_per_identity"),
            models.UniqueConstraint(
                fields=["contact", "kind"], condition=Q(is_primary=True), name="one_primary_of_a_kind"
            ),
        ]

    def __str__(self):
        return f"{self.kind}:{self.value}"


class ContactTag(models.Model):
    """A word about customers, not about their matters: "hurt", "stała klientka"."""

    name = models.CharField(max_length=40, unique=True)

    def __str__(self):
        return self.name


class ContactNote(models.Model):
    """What colleagues should know about a customer, whatever the matter."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="notes")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"note {self.pk} about {self.contact_id}"
