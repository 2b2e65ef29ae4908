"""What happened, for tests of the audit log."""

from datetime import timedelta

from django.utils import timezone

from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent
from okienko.events.log import Actor
from okienko.events.models import Event


def person(name: str, role: str = "agent") -> Agent:
    return add_agent(email=f"{name.lower()}@ziarno.example", name=name, password=None, role=role)


def event(type_: str, actor: Agent | None = None, days_ago: float = 0, **data) -> Event:
    """One that happened; the first of `data` is its subject."""
    name, pk = next(iter(data.items()))
    by = Actor.agent(actor) if actor else Actor.system()
    return Event.objects.create(
        type=type_, subject_type=name.removesuffix("_id"), subject_id=pk, actor_type=by.type, actor_id=by.id,
        data=data, happened_at=timezone.now() - timedelta(days=days_ago),
    )  # fmt: skip


def happened(celina: Agent) -> dict[str, Agent]:
    """A little of everything, from forty days ago until now."""
    anna, bartek = person("Anna"), person("Bartek")
    event("conversation.resolved", anna, days_ago=40, conversation_id=1)
    event("conversation.resolved", bartek, days_ago=20, conversation_id=2)
    event(
        "agent.saved_file",
        anna,
        days_ago=10,
        agent_id=anna.pk,
        conversation_id=2,
        message_id=1,
        attachment_id=1,
    )
    event("agent.role_given", celina, days_ago=5, agent_id=anna.pk, old="agent", new="lead")
    event("conversation.reopened", bartek, days_ago=1, conversation_id=1)
    event("conversation.opened", None, conversation_id=3)
    return {"anna": anna, "bartek": bartek}


def day(days_ago: int) -> str:
    return str(timezone.localdate() - timedelta(days=days_ago))
