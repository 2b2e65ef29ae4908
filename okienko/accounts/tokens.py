"""Which person a program acts for, by the token it brings."""

import re
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from okienko.accounts.models import Agent, ApiToken
from okienko.accounts.operations import tokens as operations

_HEADER = re.compile(rf"Bearer +({operations.PREFIX}[\w-]{{43}})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Bearer:
    """`scopes`: the words of the token that its person still holds."""

    agent: Agent
    scopes: frozenset[str]

    def may(self, word: str) -> bool:
        return word in self.scopes


def agent_and_scopes_of(header: str) -> Bearer | None:
    """Whose token an Authorization header brings; None when it is none, wrong, too old, revoked or of somebody who left.

    One question, and one statement every few minutes that notes the use.
    """
    found = _HEADER.fullmatch(header.strip())
    if found is None:
        return None
    digest, now = operations.digest(found[1]), timezone.now()
    open_ones = ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)
    token = (
        open_ones.select_related("agent__custom_role").filter(digest=digest, agent__is_active=True).first()
    )
    # The database finds a hash; what is compared in constant time is a hash, too: its timing tells nothing of the token.
    if token is None or not constant_time_compare(token.digest, digest):
        return None
    operations.mark_used(token, now=now)
    return Bearer(token.agent, frozenset(token.scopes) & token.agent.words)


def listed(agent: Agent) -> list[ApiToken]:
    """The agent's tokens that were not revoked, the newest first."""
    return list(agent.tokens.filter(revoked_at=None).order_by("-pk"))
