"""How somebody gets in: invitations, browsers that are signed in, tokens of programs."""

from django.db import models
from django.utils import timezone


class Invitation(models.Model):
    """A letter that lets somebody become an agent, once. Only the hash of its token is kept."""

    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=8, default="agent")
    custom_role = models.ForeignKey("accounts.Role", models.CASCADE, null=True, related_name="+")
    teams = models.ManyToManyField("accounts.Team", related_name="+")
    digest = models.CharField(max_length=64, unique=True)  # hex sha256 of the token
    agent = models.ForeignKey("accounts.Agent", models.CASCADE, null=True, related_name="+")  # who invited
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"invitation {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.used_at is None and self.revoked_at is None and self.expires_at > timezone.now()


class Device(models.Model):
    """A browser in which an agent is signed in. `place`: its time zone, e.g. "Europe/Warsaw"; never an address."""

    agent = models.ForeignKey("accounts.Agent", models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120, blank=True)  # "Firefox, Windows"
    place = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"device {self.pk}"


class ApiToken(models.Model):
    """Lets a program act for an agent within `scopes` (permission words). Shown once, kept as a hash."""

    agent = models.ForeignKey("accounts.Agent", models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(max_length=12)  # what of it is shown, to tell tokens apart
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"token {self.pk}"
