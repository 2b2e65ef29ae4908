from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okienko.accounts import roles
from okienko.accounts.models.role import Role
from okienko.accounts.models.team import Membership, Team


class AgentManager(BaseUserManager["Agent"]):
    def get_by_natural_key(self, username):
        return self.get(email=username.strip().lower())

    def seeing_by_membership(self):
        """Active agents to whom it matters whether a team is closed."""
        everywhere = self.with_word("conversations.see_closed").values("pk")
        return self.filter(is_active=True).exclude(pk__in=everywhere)

    def with_word(self, word: str):
        """Active agents whose role holds the permission word."""
        built_in = [role for role, words in roles.WORDS.items() if word in words]
        own = [role.pk for role in Role.objects.all() if word in role.all_words]
        return self.filter(Q(custom_role=None, role__in=built_in) | Q(custom_role__in=own), is_active=True)


class Agent(AbstractBaseUser):
    """A person who answers customers, and signs in by e-mail address."""

    class BuiltIn(models.TextChoices):
        AGENT = "agent", _("Agent")
        LEAD = "lead", _("Team lead")
        MANAGER = "manager", _("Manager")
        OWNER = "owner", _("Owner")

    Role = BuiltIn  # as most of the house calls it; roles of the shop's own are rows of models.Role

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As on the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", _("Comfortable")
        COMPACT = "compact", _("Compact")

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=8, choices=BuiltIn, default=BuiltIn.AGENT)
    custom_role = models.ForeignKey(
        "accounts.Role", models.PROTECT, null=True, blank=True, related_name="agents"
    )
    language = models.CharField(max_length=5, default="pl")
    photo = models.ForeignKey("files.Blob", models.PROTECT, null=True, blank=True, related_name="+")
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(max_length=11, choices=Density, default=Density.COMFORTABLE)
    has_shortcuts = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    left_at = models.DateTimeField(null=True, blank=True)  # no longer works here; the name stays in history
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = AgentManager()

    def __str__(self):
        return self.name

    @cached_property
    def words(self) -> frozenset[str]:
        """The permission words of this agent's role."""
        return self.custom_role.all_words if self.custom_role else roles.WORDS[self.role]

    def may(self, word: str) -> bool:
        return self.is_active and word in self.words

    @property
    def role_name(self) -> str:
        """What the role is called on the page."""
        return self.custom_role.name if self.custom_role else self.get_role_display()

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
