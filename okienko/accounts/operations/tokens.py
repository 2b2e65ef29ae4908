"""Tokens by which programs act for people."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from okienko.accounts.events import TokenMade, TokenRevoked
from okienko.accounts.models import Agent, ApiToken
from okienko.events.log import Actor, record

PREFIX = "okn_"  # tells people and scanners of leaked secrets what it is
SHOWN = 8  # characters of a token that are kept, to tell tokens apart
SELDOM = timedelta(minutes=5)  # "last used" is written that often at most


class MayNotGive(Exception):
    """Nobody gives a program words they do not hold themselves."""


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_token(agent: Agent, *, name: str, scopes, days: int = 0) -> tuple[ApiToken, str]:
    """The row and the token itself, which is kept nowhere. `days`: how long it is valid, 0: for ever. MayNotGive."""
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= agent.words:
        raise MayNotGive
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        agent=agent,
        name=name,
        digest=digest(secret),
        start=secret[:SHOWN],
        scopes=wanted,
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    fact = TokenMade(agent_id=agent.pk, token_id=token.pk, days=days, scopes=tuple(wanted))
    record(fact, actor=Actor.agent(agent))
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: Actor):
    """From now on it opens nothing. Does nothing to one that is revoked."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record(TokenRevoked(agent_id=token.agent_id, token_id=token.pk), actor=actor)


@transaction.atomic
def revoke_all_tokens(agent: Agent, *, actor: Actor) -> int:
    """Of somebody who leaves, or whose tokens may have been seen by others. How many were open."""
    still = list(agent.tokens.filter(revoked_at=None))
    for token in still:
        revoke_token(token, actor=actor)
    return len(still)


def mark_used(token: ApiToken, *, now: datetime):
    """Written every SELDOM at most: a program may ask ten times a second."""
    if token.used_at is None or now - token.used_at >= SELDOM:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
