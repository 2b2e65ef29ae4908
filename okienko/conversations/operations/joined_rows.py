"""What belongs to a conversation, taken to another one row by row, and back: exactly those rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Model, QuerySet

from okienko.accounts.models import Agent
from okienko.conversations.models import (
    Conversation,
    Follow,
    Link,
    Mention,
    Message,
    Participant,
    Read,
    ThreadKey,
)
from okienko.search import index

AT_ONCE = 500  # keys in one statement
Moved = dict[str, list[int]]


@dataclass(frozen=True)
class Sort:
    """Rows of one kind. `key`: what one conversation may have once only; `of_agents`: one agent's own."""

    name: str
    model: type[Model]
    key: tuple[str, ...] = ()
    column: str = "conversation"
    of_agents: bool = False

    def of(self, conversation: Conversation) -> QuerySet:
        return self.model._default_manager.filter(**{self.column: conversation.pk})  # noqa: SLF001 - public, by its docs

    def keys(self, rows: QuerySet) -> dict[int, tuple]:
        return {pk: tuple(key) for pk, *key in rows.order_by("pk").values_list("pk", *self.key)}


SORTS = [
    Sort("message", Message),
    Sort("participant", Participant, ("identity_id",)),
    Sort("thread_key", ThreadKey, ("kind", "key")),
    Sort("tag", Conversation.tags.through, ("tag_id",)),
    Sort("follow", Follow, ("agent_id",), of_agents=True),
    Sort("mention", Mention, of_agents=True),
    Sort("link", Link, ("other_id", "kind")),
    Sort("link_back", Link, ("conversation_id", "kind"), column="other"),
]


def carry(source: Conversation, target: Conversation) -> Moved:
    """Everything of `source` is `target`'s from now on, except what the target has itself. Returns what went."""
    blind = cannot_see(target, agents_of(source))
    moved = {sort.name: taken(sort, source, target, blind) for sort in SORTS}
    moved["searchable"] = index.carry(source.pk, target.pk)
    return moved


def taken(sort: Sort, source: Conversation, target: Conversation, blind: set[int]) -> list[int]:
    rows = sort.of(source)
    if sort.of_agents:
        # Who does not see the target learns nothing of it by having followed the source.
        rows = rows.exclude(agent__in=blind)
    if sort.model is Link:
        rows = rows.exclude(**{"other" if sort.column == "conversation" else "conversation": target.pk})
    ids = without_doubles(sort, sort.keys(rows), target)
    put(sort, ids, target)
    return ids


def without_doubles(sort: Sort, keys: dict[int, tuple], target: Conversation) -> list[int]:
    there = set(sort.keys(sort.of(target)).values()) if sort.key else set()
    return [pk for pk, key in keys.items() if key not in there]


def put(sort: Sort, ids: list[int], target: Conversation):
    for some in portions(ids):
        sort.model._default_manager.filter(pk__in=some).update(**{sort.column: target.pk})  # noqa: SLF001


def portions(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def bring_back(moved: Moved, target: Conversation, source: Conversation):
    """The rows of `moved` that are still the target's are the source's again."""
    for sort in SORTS:
        keys: dict[int, tuple] = {}
        for some in portions(moved.get(sort.name, [])):
            keys |= sort.keys(sort.of(target).filter(pk__in=some))
        put(sort, without_doubles(sort, keys, source), source)
    index.carry_back(moved.get("searchable", []), source.pk)


def is_all_there(moved: Moved, target: Conversation) -> bool:
    """Is every message that went still in the target?"""
    ids = moved.get("message", [])
    return sum(target.messages.filter(pk__in=some).count() for some in portions(ids)) == len(ids)


def agents_of(conversation: Conversation) -> set[int]:
    follows = Follow.objects.filter(conversation=conversation).values_list("agent_id", flat=True)
    return {*follows, *Mention.objects.filter(conversation=conversation).values_list("agent_id", flat=True)}


def cannot_see(conversation: Conversation, agent_ids: Iterable[int]) -> set[int]:
    people = Agent.objects.filter(pk__in=agent_ids)
    return {
        agent.pk
        for agent in people
        if not Conversation.objects.visible_to(agent).filter(pk=conversation.pk).exists()
    }


def join_reads(source: Conversation, target: Conversation) -> dict[str, list[int]]:
    """How far everybody has read both as one: up to the first message of either that they have not seen.

    Call it before the messages go. Returns read mark → [where it stood (0: it is new), where it stands now].
    """
    theirs, ours = (sorted(each.messages.values_list("pk", flat=True)) for each in (source, target))
    before = {read.agent_id: read.up_to for read in source.reads.all()}
    known = {read.agent_id: read for read in target.reads.all()}
    changed: dict[str, list[int]] = {}
    for agent_id in sorted({*before, *known}):
        read = known.get(agent_id)
        seen = before.get(agent_id, 0), read.up_to if read else 0
        unread = [pk for pk in theirs if pk > seen[0]] + [pk for pk in ours if pk > seen[1]]
        up_to = min(unread) - 1 if unread else max([*theirs, *ours, *seen])
        if read is None:
            if up_to < min([*theirs, *ours], default=0):
                continue
            begun = {"up_to": up_to}
            read, is_new = Read.objects.get_or_create(conversation=target, agent_id=agent_id, defaults=begun)
            if is_new:  # otherwise they have opened the target this very moment
                changed[str(read.pk)] = [0, up_to]
        elif read.up_to != up_to:
            changed[str(read.pk)] = [read.up_to, up_to]
            Read.objects.filter(pk=read.pk).update(up_to=up_to)
    return changed


def part_reads(changed: dict[str, list[int]]):
    """As it stood, for those who have not read on since."""
    for pk, (before, after) in changed.items():
        unmoved = Read.objects.filter(pk=int(pk), up_to=after)
        if before:
            unmoved.update(up_to=before)
        else:
            unmoved.delete()
