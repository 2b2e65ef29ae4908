"""People for tests of people, teams and roles: Anna (agent), Bartek (agent of a closed team), Celina (owner), Olek (warehouse)."""

from dataclasses import dataclass

from okienko.accounts import roles
from okienko.accounts.models import Agent, Role, Team
from okienko.accounts.operations import add_agent, add_team


@dataclass
class Staff:
    anna: Agent
    bartek: Agent
    celina: Agent
    olek: Agent
    warehouse: Role
    bookkeeping: Team

    def fresh(self, agent: Agent) -> Agent:
        return Agent.objects.get(pk=agent.pk)


def staff() -> Staff:
    """Nobody has a password."""
    warehouse = Role.objects.create(name="Magazyn", words=sorted(roles.TEMPLATES[0].words))
    people = [
        add_agent(email=f"{name.lower()}@ziarno.example", name=name, password=None, role=role)
        for name, role in [("Anna", "agent"), ("Bartek", "agent"), ("Celina", "owner"), ("Olek", "agent")]
    ]
    Agent.objects.filter(pk=people[3].pk).update(custom_role=warehouse)
    bookkeeping = add_team(name="Księgowość", is_closed=True, members=[people[1]])
    return Staff(*people[:3], Agent.objects.get(pk=people[3].pk), warehouse, bookkeeping)
