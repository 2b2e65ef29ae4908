"""Changes to the people who work here."""

from okienko.accounts.operations.people import add_agent, add_team, join_team, set_language

__all__ = ["add_agent", "add_team", "join_team", "set_language"]
