"""What people change about themselves."""

from django.db import transaction

from okienko.accounts import photos
from okienko.accounts.events import AccountChanged
from okienko.accounts.models import Agent
from okienko.events.log import Actor, record
from okienko.files import store


@transaction.atomic
def rename(agent: Agent, name: str):
    """The name colleagues and customers see. Old letters are signed by whoever it is now."""
    if agent.name == name:
        return
    agent.name = name
    agent.save(update_fields=["name"])
    record(AccountChanged(agent_id=agent.pk, what="name"), actor=Actor.agent(agent))


def set_photo(agent: Agent, data: bytes):
    """Of any picture a small square is kept. photos.NotAPhoto."""
    kept = store.keep(photos.square(data))
    with transaction.atomic():
        (agent.photo,) = store.saved([kept])
        agent.save(update_fields=["photo"])
        record(AccountChanged(agent_id=agent.pk, what="photo"), actor=Actor.agent(agent))


@transaction.atomic
def remove_photo(agent: Agent):
    if agent.photo_id is None:
        return
    agent.photo = None
    agent.save(update_fields=["photo"])
    record(AccountChanged(agent_id=agent.pk, what="photo_removed"), actor=Actor.agent(agent))


def set_looks(agent: Agent, *, language: str, theme: str, density: str, has_shortcuts: bool):
    """How the desk looks for one person; nobody else is concerned, so nothing is recorded."""
    agent.language, agent.theme, agent.density = language, theme, density
    agent.has_shortcuts = has_shortcuts
    agent.save(update_fields=["language", "theme", "density", "has_shortcuts"])
