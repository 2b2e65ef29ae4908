from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okienko.accounts import roles


class Team(models.Model):
    """People who share a queue. What lies in a closed team only its members see, and managers."""

    name = models.CharField(max_length=80, unique=True)
    is_closed = models.BooleanField(default=False)
    members = models.ManyToManyField("Agent", through="Membership", related_name="teams")

    def __str__(self):
        return self.name


class AgentManager(BaseUserManager["Agent"]):
    def get_by_natural_key(self, username):
        return self.get(email=username.strip().lower())

    def with_word(self, word: str):
        """Active agents whose role holds the permission word."""
        return self.filter(
            is_active=True, role__in=[role for role, words in roles.WORDS.items() if word in words]
        )


class Agent(AbstractBaseUser):
    """A person who answers customers, and signs in by e-mail address."""

    class Role(models.TextChoices):
        AGENT = "agent", _("Agent")
        LEAD = "lead", _("Team lead")
        MANAGER = "manager", _("Manager")
        OWNER = "owner", _("Owner")

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=8, choices=Role, default=Role.AGENT)
    language = models.CharField(max_length=5, default="pl")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = AgentManager()

    def __str__(self):
        return self.name

    def may(self, word: str) -> bool:
        return self.is_active and word in roles.WORDS[self.role]

    @cached_property
    def team_ids(self) -> frozenset[int]:
        return frozenset(Membership.objects.filter(agent=self).values_list("team_id", flat=True))

    @cached_property
    def hidden_team_ids(self) -> tuple[int, ...]:
        """Closed teams whose conversations this agent sees only when personally concerned."""
        if self.may("conversations.see_closed"):
            return ()
        closed = Team.objects.filter(is_closed=True).values_list("pk", flat=True)
        return tuple(sorted(set(closed) - self.team_ids))


class Membership(models.Model):
    team = models.ForeignKey(Team, models.CASCADE)
    agent = models.ForeignKey(Agent, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "agent"], name="member_once")]

    def __str__(self):
        return f"{self.agent} in {self.team}"
