"""What happened around the messages, in the words of the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from okienko.accounts.models import Agent
from okienko.conversations.models import Conversation
from okienko.conversations.timeline.names import Names
from okienko.events.models import Event

MOST = 300
# What is shown, and how much it weighs: of several things in a row the heaviest is told, the others are folded.
SHOWN = {
    "conversation.resolved": 3,
    "conversation.reopened": 3,
    "conversation.marked_spam": 3,
    "conversation.trashed": 3,
    "conversation.restored": 3,
    "conversation.joined": 3,
    "conversation.joined_to": 3,
    "conversation.separated": 3,
    "conversation.separated_from": 3,
    "conversation.assigned": 2,
    "conversation.linked": 2,
    "conversation.renamed": 1,
    "conversation.tagged": 0,
    "conversation.untagged": 0,
}


@dataclass(frozen=True)
class Happening:
    """An event. `what`: its type's last word, or what it comes to; `who`: name, "" for the customer's side."""

    id: int
    what: str
    at: datetime
    who: str
    by: str  # type of the actor
    whom: str = ""
    other: int = 0  # number of the other conversation
    weight: int = 0


def events_of(conversation: Conversation, begin: datetime | None):
    events = Event.objects.filter(subject_type="conversation", subject_id=conversation.pk, type__in=SHOWN)
    if begin:
        events = events.filter(happened_at__gte=begin)
    return reversed(events.order_by("-pk")[:MOST])


def visible_among(events: Iterable[Event], agent: Agent) -> list[Event]:
    """Without links to conversations that the agent may not see: not even their numbers are told."""
    events = list(events)
    others = {event.data["other_id"] for event in events if "other_id" in event.data}
    seen = set(Conversation.objects.visible_to(agent).filter(pk__in=others).values_list("pk", flat=True))
    return [event for event in events if event.data.get("other_id") in {None, *seen}]


def happening(event: Event, names: Names) -> Happening:
    data, what, whom = event.data, event.type.partition(".")[2], ""
    if what == "assigned":
        what, whom = handed_over(event, names)
    elif what in {"tagged", "untagged"}:
        whom = names.tags.get(data.get("tag_id"), "")
    elif what == "linked":
        what = data.get("kind") or what
    elif what == "restored":
        what = f"out_of_{data.get('left')}"
    actor = names.agents.get(event.actor_id) if event.actor_type == "agent" else None
    other = Conversation(pk=data["other_id"]).number if "other_id" in data else 0
    return Happening(
        event.pk, what, event.happened_at, actor.name if actor else "", event.actor_type, whom, other,
        weight=SHOWN[event.type],
    )  # fmt: skip


def handed_over(event: Event, names: Names) -> tuple[str, str]:
    """("assigned" to somebody, "taken" by whoever did it, "released", "team" or "no_team", the name)."""
    data = event.data
    if data.get("agent_id") == data.get("previous_agent_id"):
        team = names.teams.get(data.get("team_id"), "")
        return ("team" if team else "no_team"), team
    agent = names.agents.get(data.get("agent_id"))
    if agent is None:
        return "released", ""
    is_own = event.actor_type == "agent" and event.actor_id == agent.pk
    return ("taken" if is_own else "assigned"), agent.name
