"""The people who work here (agent, team, role, office), and how they get in (access)."""

from okienko.accounts.models.access import ApiToken, Device, Invitation
from okienko.accounts.models.agent import Agent
from okienko.accounts.models.office import Office
from okienko.accounts.models.role import Role
from okienko.accounts.models.team import Membership, Team

__all__ = ["Agent", "ApiToken", "Device", "Invitation", "Membership", "Office", "Role", "Team"]
