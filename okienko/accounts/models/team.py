from django.db import models


class Team(models.Model):
    """People who share a queue. What lies in a closed team only its members see, and managers."""

    name = models.CharField(max_length=80, unique=True)
    is_closed = models.BooleanField(default=False)
    members = models.ManyToManyField("accounts.Agent", through="Membership", related_name="teams")

    def __str__(self):
        return self.name


class Membership(models.Model):
    team = models.ForeignKey(Team, models.CASCADE)
    agent = models.ForeignKey("accounts.Agent", models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "agent"], name="member_once")]

    def __str__(self):
        return f"{self.agent} in {self.team}"
