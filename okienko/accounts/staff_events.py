"""What happens to people, teams and roles. `old` and `new` are short words and ids, never names or addresses of people."""

from dataclasses import dataclass

from okienko.events.log import Fact


@dataclass(frozen=True, kw_only=True)
class RoleGiven(Fact):
    """`old`, `new`: agent, lead, manager, owner, or role/3 for a role of the shop's own."""

    type = "agent.role_given"
    agent_id: int
    old: str = ""
    new: str = ""


@dataclass(frozen=True, kw_only=True)
class AgentRenamed(Fact):
    """Somebody else changed what an agent is called."""

    type = "agent.renamed"
    agent_id: int


@dataclass(frozen=True, kw_only=True)
class AgentLeft(Fact):
    """No longer works here. What was theirs goes to `heir_kind`: nobody, agent or team, with `heir_id`."""

    type = "agent.left"
    agent_id: int
    heir_kind: str = "nobody"
    heir_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class AgentCameBack(Fact):
    """Works here again, under the same name and role."""

    type = "agent.came_back"
    agent_id: int


@dataclass(frozen=True, kw_only=True)
class TeamMade(Fact):
    type = "team.made"
    team_id: int
    new: str = ""


@dataclass(frozen=True, kw_only=True)
class TeamChanged(Fact):
    """`what`: name or sight (open, closed)."""

    type = "team.changed"
    team_id: int
    what: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, kw_only=True)
class TeamJoined(Fact):
    type = "team.joined"
    team_id: int
    agent_id: int


@dataclass(frozen=True, kw_only=True)
class TeamParted(Fact):
    """An agent is no longer a member."""

    type = "team.parted"
    team_id: int
    agent_id: int


@dataclass(frozen=True, kw_only=True)
class TeamGivenUp(Fact):
    """Somebody wants it gone; what lies there goes to another team, or to none. It is deleted when nothing is left."""

    type = "team.given_up"
    team_id: int
    heir_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TeamDeleted(Fact):
    type = "team.deleted"
    team_id: int
    old: str = ""


@dataclass(frozen=True, kw_only=True)
class RoleMade(Fact):
    """`new`: its permission words."""

    type = "role.made"
    role_id: int
    new: str = ""


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Fact):
    """`what`: name or words (permission words, with spaces between)."""

    type = "role.changed"
    role_id: int
    what: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, kw_only=True)
class RoleDeleted(Fact):
    type = "role.deleted"
    role_id: int
    old: str = ""


@dataclass(frozen=True, kw_only=True)
class SightChanged(Fact):
    """What an agent may see or do is another now: their own pages ask again. `sight_id`: the agent."""

    type = "sight.changed"
    sight_id: int
