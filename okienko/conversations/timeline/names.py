"""Whoever and whatever a conversation's page names, by id."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, Value

from okienko.accounts.models import Agent, Role, Team
from okienko.conversations import mentions
from okienko.conversations.models import Conversation, Tag
from okienko.conversations.rights import WORK
from okienko.events.models import Event


@dataclass(frozen=True)
class Person:
    pk: int
    name: str
    takes_work: bool = True  # works here, in a role that answers customers


@dataclass(frozen=True)
class Names:
    agents: dict[int, Person] = field(default_factory=dict)
    teams: dict[int, str] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)
    own_tags: tuple[int, ...] = ()  # those the conversation has now

    @cached_property
    def handles(self) -> mentions.Handles:
        """Whom a note can name."""
        return mentions.handles({pk: person.name for pk, person in self.agents.items()}, self.teams)

    @property
    def takers(self) -> list[Person]:
        """Whom a conversation may be given to."""
        return [person for person in self.agents.values() if person.takes_work]


def names_in(conversation: Conversation, events: Iterable[Event]) -> Names:
    """Agents, teams and tags in one question."""
    named = {event.data.get("tag_id") for event in events} - {None}
    own = Exists(Conversation.tags.through.objects.filter(tag=OuterRef("pk"), conversation=conversation.pk))
    none = Value(None, output_field=BigIntegerField())
    agents = Agent.objects.annotate(kind=Value("agent"), flag=F("is_active"), own=F("custom_role_id"))
    teams = Team.objects.annotate(kind=Value("team"), flag=F("is_closed"), own=none)
    tags = Tag.objects.annotate(kind=Value("tag"), flag=own, own=none).filter(Q(pk__in=named) | Q(flag=True))
    columns = ("kind", "pk", "name", "flag", "own")
    rows = agents.values_list(*columns).union(
        teams.values_list(*columns), tags.values_list(*columns), all=True
    )
    by_kind: dict[str, list] = {"agent": [], "team": [], "tag": []}
    rows = list(rows)
    idle = roles_without_work({own for *_, own in rows} - {None})
    for kind, pk, name, flag, own in rows:
        by_kind[kind].append((name, pk, bool(flag) and own not in idle))
    return Names(
        {pk: Person(pk, name, flag) for name, pk, flag in sorted(by_kind["agent"])},
        {pk: name for name, pk, _ in sorted(by_kind["team"])},
        {pk: name for name, pk, _ in sorted(by_kind["tag"])},
        tuple(pk for _, pk, flag in sorted(by_kind["tag"]) if flag),
    )


def roles_without_work(own: set[int]) -> set[int]:
    """Those of the shop's own roles that do not answer customers; asks nothing where there are none."""
    found = Role.objects.filter(pk__in=own) if own else []
    return {role.pk for role in found if WORK not in role.all_words}
