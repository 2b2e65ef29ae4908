"""What can happen to the people who work here, and to how they are let in."""

from dataclasses import dataclass

from okienko.events.log import Fact


@dataclass(frozen=True, kw_only=True)
class AccountChanged(Fact):
    """Somebody changed how colleagues see them: `what` is name, photo or photo_removed."""

    type = "agent.account_changed"
    agent_id: int
    what: str = ""


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Fact):
    """A browser was signed out: by its owner from another one, by time, or because they no longer may.

    `why`: chosen, all, expired or revoked. `device_id`: 0 for a browser that was never listed.
    """

    type = "agent.session_ended"
    agent_id: int
    device_id: int = 0
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class TokenMade(Fact):
    """A program may act for somebody. `days` it is valid; 0: for ever."""

    type = "agent.token_made"
    agent_id: int
    token_id: int = 0
    days: int = 0
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Fact):
    type = "agent.token_revoked"
    agent_id: int
    token_id: int = 0


@dataclass(frozen=True, kw_only=True)
class Exported(Fact):
    """Somebody saved a list of data as a file. `what`: audit; `rows`: how many lines."""

    type = "agent.exported"
    agent_id: int
    what: str = ""
    rows: int = 0
