from django.db import models


class Role(models.Model):
    """A role of the shop's own: a name and the permission words it holds (okienko/accounts/roles.py)."""

    name = models.CharField(max_length=80, unique=True)
    words = models.JSONField(default=list)

    def __str__(self):
        return self.name
