"""Contacts and the agents who look at them, for tests of this room."""

from dataclasses import dataclass

from okienko.accounts import roles
from okienko.accounts.models import Agent, Role
from okienko.accounts.operations import add_agent
from okienko.contacts.models import Contact
from okienko.contacts.operations import identify
from okienko.events.log import Actor


@dataclass
class People:
    """`olek`: from the warehouse, reads and sees no addresses; `pola`: reads everything and changes nothing."""

    anna: Agent
    olek: Agent
    pola: Agent
    zofia: Contact

    @property
    def by_anna(self) -> Actor:
        return Actor.agent(self.anna)


def people() -> People:
    anna = add_agent(email="anna@ziarno.example", name="Anna", password=None)
    zofia = identify(kind="email", value="zofia@klient.example", name="Zofia Gąsiorowska").contact
    return People(
        anna, with_words("Olek", set(roles.TEMPLATES[0].words)),
        with_words("Pola", {"conversations.read", "personal.see"}), zofia,
    )  # fmt: skip


def with_words(name: str, words: set[str]) -> Agent:
    agent = add_agent(email=f"{name.lower()}@ziarno.example", name=name, password=None)
    agent.custom_role = Role.objects.create(name=f"Rola {name}", words=sorted(words))
    agent.save()
    return agent
