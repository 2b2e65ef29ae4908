"""Invitations: a letter with a link that makes somebody an agent, once, within seven days."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from okienko.accounts import roles
from okienko.accounts.access_events import InvitationAccepted, InvitationRevoked, InvitationSent
from okienko.accounts.models import Agent, Invitation, Role
from okienko.accounts.operations.people import join_team
from okienko.events.log import Actor, record

LASTS = timedelta(days=7)


class MayNotInvite(Exception):
    """The role holds permission words that whoever invites does not have, or inviting is not theirs."""


class WorksHere(Exception):
    """Somebody with this address is an agent already, perhaps one who has left."""


class NoLongerOpen(Exception):
    """The invitation was used, revoked, has expired, or never was."""


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def words_of(role: str, custom_role: Role | None) -> frozenset[str]:
    return frozenset(custom_role.all_words) if custom_role else frozenset(roles.WORDS[role])


def may_give(agent: Agent, role: str, custom_role: Role | None = None) -> bool:
    """May the agent invite somebody to the role? Nobody gives words they lack."""
    return agent.may("people.manage") and words_of(role, custom_role) <= agent.words


@transaction.atomic
def invite(
    *, by: Agent, email: str, role: str = "agent", custom_role: Role | None = None, name: str = "", teams=()
) -> tuple[Invitation, str]:
    """The invitation and its token, which is kept nowhere: hand it to letters.invite. Revokes older ones.

    MayNotInvite, WorksHere.
    """
    if not may_give(by, role, custom_role):
        raise MayNotInvite
    address = email.strip().lower()
    if Agent.objects.filter(email=address).exists():
        raise WorksHere
    for older in Invitation.objects.filter(email=address, used_at=None, revoked_at=None):
        revoke(older, by=by)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=address, name=name.strip(), role=role, custom_role=custom_role, digest=digest(token), agent=by,
        expires_at=timezone.now() + LASTS,
    )  # fmt: skip
    invitation.teams.set(teams)
    record(InvitationSent(invitation_id=invitation.pk, role=role), actor=Actor.agent(by))
    return invitation, token


@transaction.atomic
def revoke(invitation: Invitation, *, by: Agent):
    """Does nothing to one that is used or revoked."""
    still = Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None)
    if still.update(revoked_at=timezone.now()):
        record(InvitationRevoked(invitation_id=invitation.pk), actor=Actor.agent(by))


@transaction.atomic
def accept(invitation: Invitation, *, name: str, password: str) -> Agent:
    """The new agent. Serves once, whoever is quicker. NoLongerOpen."""
    now = timezone.now()
    still = Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None, expires_at__gt=now)
    if not still.update(used_at=now) or Agent.objects.filter(email=invitation.email).exists():
        raise NoLongerOpen
    # Whoever invited may have lost the right since, and with it the right to give this role.
    inviter = invitation.agent
    if inviter is None or not may_give(inviter, invitation.role, invitation.custom_role):
        raise NoLongerOpen
    agent = Agent(
        email=invitation.email, name=name.strip(), role=invitation.role, custom_role=invitation.custom_role
    )
    agent.set_password(password)
    agent.save()
    for team in invitation.teams.all():
        join_team(team, agent)
    record(InvitationAccepted(invitation_id=invitation.pk, agent_id=agent.pk), actor=Actor.agent(agent))
    return agent
