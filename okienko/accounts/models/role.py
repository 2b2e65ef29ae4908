from django.db import models

from okienko.accounts import roles


class Role(models.Model):
    """A role of the shop's own: a name and the permission words it holds (okienko/accounts/roles.py)."""

    name = models.CharField(max_length=80, unique=True)
    words = models.JSONField(default=list)

    def __str__(self):
        return self.name

    @property
    def all_words(self) -> frozenset[str]:
        """With those that the words need; words that a later version no longer knows mean nothing."""
        return roles.complete(self.words)
