import json

from django.db import models
from django.db.models import Q
from django.utils import timezone

from okienko.lib.crypto import EncryptedField


class Brand(models.Model):
    """A shop as its customers know it."""

    name = models.CharField(max_length=80, unique=True)
    sender_name = models.CharField(max_length=120, blank=True)  # "Ziarno i Glina – obsługa klienta"
    language = models.CharField(max_length=5, default="pl")
    timezone = models.CharField(max_length=40, default="Europe/Warsaw")

    def __str__(self):
        return self.name


class InboxQuerySet(models.QuerySet):
    def hidden_from(self, agent):
        """Closed inboxes whose team the agent does not belong to; none for those who see everything."""
        if agent.may("conversations.see_closed"):
            return self.none()
        closed = self.filter(is_closed=True)
        return closed.exclude(team__membership__agent=agent.pk)

    def visible_to(self, agent):
        """Those whose letters the agent may read; none for those who read nothing."""
        if not agent.may("conversations.read"):
            return self.none()
        return self.exclude(pk__in=Inbox.objects.hidden_from(agent).values("pk"))

    def sending(self):
        """Those a letter can leave by now: with an address and a server, neither paused nor let go of."""
        own = self.filter(kind="email", addresses__is_primary=True, config__host__gt="", is_paused=False)
        return own.exclude(mailbox__is_connected=False, mailbox__connected_at__isnull=False)


# Where calls and visits are written down. Nothing comes or leaves by them: they have no channel and no address.
PHONE, STORE = "phone", "store"


class Inbox(models.Model):
    """One address of ours where customers write: a mailbox, a chat widget, a WhatsApp number.

    Also the telephone and the counter (PHONE, STORE), by which nothing is fetched or sent.
    `config`: what may be read by everybody who may see the inbox; `secrets`: JSON, encrypted.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    team = models.ForeignKey("accounts.Team", models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    is_closed = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    config = models.JSONField(default=dict, blank=True)
    secrets = EncryptedField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    objects = InboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "inboxes"

    def __str__(self):
        return self.name

    def sending_config(self) -> dict:
        """Settings and secrets together, as a channel's `send` wants them."""
        return {**self.config, **(json.loads(self.secrets) if self.secrets else {})}


class Address(models.Model):
    """An address that is ours: it leads to its inbox, and is never taken for a customer."""

    inbox = models.ForeignKey(Inbox, models.CASCADE, related_name="addresses")
    value = models.CharField(max_length=320, unique=True)
    is_primary = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["inbox"], condition=Q(is_primary=True), name="one_primary_address"
            ),
        ]

    def __str__(self):
        return self.value
