"""Teams: their names, who sees what lies in them, who belongs to them."""

from django.db import transaction

from okienko.accounts.models import Agent, Membership, Team
from okienko.accounts.operations.ruling import Refused, tell_sight_changed
from okienko.accounts.staff_events import (
    TeamChanged,
    TeamDeleted,
    TeamGivenUp,
    TeamJoined,
    TeamMade,
    TeamParted,
)
from okienko.events.log import Actor, record

SIGHT = {False: "open", True: "closed"}


def insist_on_free_name(name: str, but: Team | None = None):
    if Team.objects.filter(name__iexact=name).exclude(pk=but.pk if but else 0).exists():
        raise Refused("taken")


def insist_on_part_in(team: Team, by: Agent):
    """Nobody opens a closed team to somebody, or to themselves, who does not see what lies in it. Refused("beyond")."""
    if team.is_closed and not by.may("conversations.see_closed") and team.pk not in by.team_ids:
        raise Refused("beyond")


@transaction.atomic
def make_team(name: str, *, is_closed: bool = False, by: Agent) -> Team:
    """Refused("taken")."""
    insist_on_free_name(name)
    team = Team.objects.create(name=name, is_closed=is_closed)
    record(TeamMade(team_id=team.pk, new=f"{SIGHT[is_closed]} {name}"), actor=Actor.agent(by))
    return team


@transaction.atomic
def change_team(team: Team, *, name: str, is_closed: bool, by: Agent):
    """Its name, and whether only its members see what lies in it. Refused("taken")."""
    team = Team.objects.select_for_update().get(pk=team.pk)
    insist_on_part_in(team, by)
    insist_on_free_name(name, team)
    was, actor = (team.name, team.is_closed), Actor.agent(by)
    team.name, team.is_closed = name, is_closed
    team.save(update_fields=["name", "is_closed"])
    if was[0] != name:
        record(TeamChanged(team_id=team.pk, what="name", old=was[0], new=name), actor=actor)
    if was[1] != is_closed:
        fact = TeamChanged(team_id=team.pk, what="sight", old=SIGHT[was[1]], new=SIGHT[is_closed])
        record(fact, actor=actor)
        tell_sight_changed(Agent.objects.seeing_by_membership().values_list("pk", flat=True), by=by)


@transaction.atomic
def add_member(team: Team, agent: Agent, *, by: Agent):
    """Refused("beyond")."""
    if Membership.objects.filter(team=team, agent=agent).exists():
        return
    insist_on_part_in(team, by)
    _, is_new = Membership.objects.get_or_create(team=team, agent=agent)
    if is_new:
        record(TeamJoined(team_id=team.pk, agent_id=agent.pk), actor=Actor.agent(by))
        tell_sight_changed([agent.pk], by=by)


@transaction.atomic
def remove_member(team: Team, agent: Agent, *, by: Agent):
    if Membership.objects.filter(team=team, agent=agent).delete()[0]:
        record(TeamParted(team_id=team.pk, agent_id=agent.pk), actor=Actor.agent(by))
        tell_sight_changed([agent.pk], by=by)


@transaction.atomic
def give_up(team: Team, heir: Team | None, *, by: Agent):
    """Everything that lies in the team goes to `heir`, or to no team; the team is deleted when nothing is left.

    Refused: beyond; needs_heir, because what lies in a closed team would become everybody's.
    """
    team = Team.objects.select_for_update().get(pk=team.pk)
    insist_on_part_in(team, by)
    if team.is_closed and heir is None:
        raise Refused("needs_heir")
    if heir and heir.pk == team.pk:
        raise ValueError(heir)
    record(TeamGivenUp(team_id=team.pk, heir_id=heir and heir.pk), actor=Actor.agent(by))


@transaction.atomic
def delete_team(team: Team, *, actor: Actor):
    """Only what nothing refers to any more: rooms above have moved what was theirs."""
    record(TeamDeleted(team_id=team.pk, old=team.name), actor=actor)
    team.delete()
