"""Record what happened; queue what should follow.

    record(ConversationResolved(conversation_id=7), actor=Actor.agent(anna))

The change, the event and one job row for every reaction listed in okienko/wiring/ are
written in one transaction; only the wake-up of workers and streams waits for its commit.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import ClassVar, Self

from django.db import connection
from django.utils import timezone

from okienko.events import queue, wakeup
from okienko.events.cause import cause_and_depth
from okienko.events.models import Event
from okienko.events.registry import REGISTRY
from okienko.lib import rows


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Base of every event class: past tense, ids and short words. Its first field is the subject's id.

    Later fields need defaults; a changed meaning is a new type.
    """

    type: ClassVar[str]

    def __init_subclass__(cls):
        REGISTRY.facts[cls.type] = cls

    def data(self) -> dict:
        return asdict(self)

    @classmethod
    def of(cls, event: Event) -> Self:
        """The fact an event row holds; fields unknown to this version are left out."""
        known = {name: value for name, value in event.data.items() if name in cls.__dataclass_fields__}
        return cls(**known)


@dataclass(frozen=True)
class Actor:
    """Who did it. Types: agent, contact, rule, bot, system."""

    type: str
    id: int | None = None

    @classmethod
    def agent(cls, agent) -> Self:
        return cls("agent", agent.pk)

    @classmethod
    def contact(cls, contact_id: int) -> Self:
        return cls("contact", contact_id)

    @classmethod
    def rule(cls, rule) -> Self:
        return cls("rule", rule.pk)

    @classmethod
    def system(cls) -> Self:
        return cls("system")


def record(fact: Fact, *, actor: Actor, quiet: bool = False) -> Event:
    """Write one event and the jobs of its reactions. `quiet` (imports): no reactions.

    RuntimeError outside a transaction; RunawayReaction too far from the first cause.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs inside the operation's transaction")
    data = fact.data()
    subject_field, subject_id = next(iter(data.items()))
    event = rows.insert(
        Event(
            type=fact.type,
            subject_type=subject_field.removesuffix("_id"),
            subject_id=subject_id,
            actor_type=actor.type,
            actor_id=actor.id,
            data=data,
            **cause_and_depth(),
        )
    )
    if not quiet:
        queue.add_reactions(event)
    wakeup.after_commit(wakeup.LOG)
    return event


def record_seldom(
    fact: Fact, *, actor: Actor, every: timedelta = timedelta(hours=1), latest: int = 300
) -> Event | None:
    """Like `record`, unless the same was recorded within `every`: for looking at things, which people do again and again.

    Only the `latest` events of the subject are searched, so that the question stays a short one.
    """
    data = fact.data()
    subject_field, subject_id = next(iter(data.items()))
    known = Event.objects.filter(subject_type=subject_field.removesuffix("_id"), subject_id=subject_id)
    since = timezone.now() - every
    for kind, told, at in known.order_by("-pk").values_list("type", "data", "happened_at")[:latest]:
        if kind == fact.type and told == data and at > since:
            return None
    return record(fact, actor=actor)
