"""The people who work here: roles, names, teams, leaving and coming back."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from okienko.accounts.models import Agent, Membership, Role, Team
from okienko.accounts.operations.devices import forget_all
from okienko.accounts.operations.ruling import (
    Refused,
    insist_on_holding,
    insist_on_power_over,
    somebody_stays_in_charge,
    tell_sight_changed,
)
from okienko.accounts.operations.teaming import add_member, remove_member
from okienko.accounts.operations.tokens import revoke_all_tokens
from okienko.accounts.roles import WORDS
from okienko.accounts.staff_events import AgentCameBack, AgentLeft, AgentRenamed, RoleGiven
from okienko.events.log import Actor, record

HEIRS = ("nobody", "agent", "team")


def locked(agent: Agent) -> Agent:
    return Agent.objects.select_for_update().get(pk=agent.pk)


def give_role(agent: Agent, role: str, custom_role: Role | None = None, *, by: Agent):
    """`role`: a built-in one, which counts only without `custom_role`. Refused."""
    words = custom_role.all_words if custom_role else WORDS[role]
    with somebody_stays_in_charge():
        agent = locked(agent)
        insist_on_power_over(by, agent)
        insist_on_holding(by, words)
        if (agent.role, agent.custom_role_id) == (role, custom_role and custom_role.pk):
            return
        old = name_of_role(agent)
        agent.role, agent.custom_role = role, custom_role
        agent.save(update_fields=["role", "custom_role"])
        record(RoleGiven(agent_id=agent.pk, old=old, new=name_of_role(agent)), actor=Actor.agent(by))
        tell_sight_changed([agent.pk], by=by)


def name_of_role(agent: Agent) -> str:
    return f"role/{agent.custom_role_id}" if agent.custom_role_id else agent.role


@transaction.atomic
def rename(agent: Agent, name: str, *, by: Agent):
    agent = locked(agent)
    insist_on_power_over(by, agent)
    if agent.name != name:
        agent.name = name
        agent.save(update_fields=["name"])
        record(AgentRenamed(agent_id=agent.pk), actor=Actor.agent(by))


@transaction.atomic
def set_teams(agent: Agent, teams: Iterable[Team], *, by: Agent):
    """The agent belongs to these teams and no others."""
    wanted = {team.pk: team for team in teams}
    for team in Team.objects.filter(members=agent).exclude(pk__in=wanted):
        remove_member(team, agent, by=by)
    for team in wanted.values():
        add_member(team, agent, by=by)


@transaction.atomic
def change(agent: Agent, *, name: str, role: tuple[str, Role | None], teams: Iterable[Team], by: Agent):
    """What the page of a person says, all of it or, where something is refused, nothing."""
    rename(agent, name, by=by)
    give_role(agent, *role, by=by)
    if agent.is_active:
        set_teams(agent, teams, by=by)


def leave(agent: Agent, *, by: Agent, heir_kind: str = "nobody", heir_id: int | None = None):
    """The agent no longer works here: cannot sign in, is signed out everywhere, and is in no team; the name stays.

    Their work goes to the heir; that is what follows. Refused.
    """
    if agent.pk == by.pk:
        raise Refused("oneself")
    if heir_kind not in HEIRS or (heir_kind == "agent" and heir_id == agent.pk):
        raise ValueError(heir_kind)
    with somebody_stays_in_charge():
        agent = locked(agent)
        insist_on_power_over(by, agent)
        if not agent.is_active:
            return
        actor = Actor.agent(by)
        agent.is_active, agent.left_at = False, timezone.now()
        agent.save(update_fields=["is_active", "left_at"])
        for team in Team.objects.filter(pk__in=Membership.objects.filter(agent=agent).values("team")):
            remove_member(team, agent, by=by)
        forget_all(agent, actor=actor, why="revoked")
        revoke_all_tokens(agent, actor=actor)
        record(AgentLeft(agent_id=agent.pk, heir_kind=heir_kind, heir_id=heir_id), actor=actor)


@transaction.atomic
def come_back(agent: Agent, *, by: Agent):
    """With the role they had, in no team. Refused."""
    agent = locked(agent)
    if agent.is_active:
        return
    insist_on_holding(by, agent.words)
    agent.is_active, agent.left_at = True, None
    agent.save(update_fields=["is_active", "left_at"])
    record(AgentCameBack(agent_id=agent.pk), actor=Actor.agent(by))
