"""What rooms above keep for a person or a team: told before somebody leaves or a team is given up.

Rooms bring functions that say it in words, "" for nothing; okienko/wiring/ lists them.
"""

from collections.abc import Callable, Iterable

from okienko.accounts.models import Agent, Team

_of_agents: list[Callable[[Agent], str]] = []
_of_teams: list[Callable[[Team], str]] = []


def install(*, of_agents: Iterable[Callable[[Agent], str]], of_teams: Iterable[Callable[[Team], str]]):
    _of_agents[:] = of_agents
    _of_teams[:] = of_teams


def of_agent(agent: Agent) -> list[str]:
    return [words for say in _of_agents if (words := say(agent))]


def of_team(team: Team) -> list[str]:
    return [words for say in _of_teams if (words := say(team))]
