"""What the audit log must know of itself."""

from django.db import transaction

from okienko.accounts.events import Exported
from okienko.accounts.models import Agent
from okienko.events.log import Actor, record


@transaction.atomic
def note_export(agent: Agent, *, what: str, rows: int):
    """Somebody takes a list of data out of the house. Before the first byte leaves."""
    record(Exported(agent_id=agent.pk, what=what, rows=rows), actor=Actor.agent(agent))
