"""Changes to the people who work here."""

from django.db import transaction

from okienko.accounts.models import Agent, Membership, Team


@transaction.atomic
def add_agent(
    *, email: str, name: str, password: str | None, role: str = Agent.Role.AGENT, teams=()
) -> Agent:
    """A new agent; without a password nobody can sign in as them."""
    agent = Agent(email=email.strip().lower(), name=name, role=role)
    agent.set_password(password)
    agent.save()
    for team in teams:
        join_team(team, agent)
    return agent


def join_team(team: Team, agent: Agent):
    Membership.objects.get_or_create(team=team, agent=agent)


@transaction.atomic
def add_team(*, name: str, is_closed: bool = False, members=()) -> Team:
    team = Team.objects.create(name=name, is_closed=is_closed)
    for agent in members:
        join_team(team, agent)
    return team


def set_language(agent: Agent, language: str):
    """The language of this agent's pages: a code of settings.LANGUAGES."""
    agent.language = language
    agent.save(update_fields=["language"])
