"""What stands in the middle of a conversation's page: messages and what happened around them, by time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    Value,
    When,
)
from django.db.models.functions import Length, Substr
from django.utils import timezone

from okienko.accounts.models import Agent, Role, Team
from okienko.conversations.models import Attachment, Conversation, Message, Participant, Recipient, Tag
from okienko.conversations.rights import WORK
from okienko.events.models import Event

PAGE = 50
MOST = 1000  # messages on one page, however often "earlier" was pressed
MOST_EVENTS = 300
LONGEST = 20_000  # characters of one message shown at once; the rest is a click away
SHOWN = {
    "conversation.assigned",
    "conversation.resolved",
    "conversation.reopened",
    "conversation.tagged",
    "conversation.untagged",
    "conversation.linked",
}


@dataclass(frozen=True)
class Person:
    pk: int
    name: str
    takes_work: bool = True  # works here, in a role that answers customers


@dataclass(frozen=True)
class Names:
    """Whoever and whatever the page names, by id."""

    agents: dict[int, Person] = field(default_factory=dict)
    teams: dict[int, str] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)
    own_tags: tuple[int, ...] = ()  # those the conversation has now


@dataclass(frozen=True)
class Happening:
    """An event in the words of the page. `what`: its type's last word; `who`: name, "" for the customer's side."""

    id: int
    what: str
    at: datetime
    who: str
    by: str  # type of the actor
    whom: str = ""
    other: int = 0  # number of the other conversation


@dataclass(frozen=True)
class Item:
    """One line of the timeline: a message or a happening, never both."""

    at: datetime
    message: Message | None = None
    happening: Happening | None = None
    new_day: bool = False


@dataclass(frozen=True)
class Timeline:
    items: list[Item]
    names: Names
    newest: int  # id of the newest message, 0 without any
    has_earlier: bool


def of(conversation: Conversation, agent: Agent, *, shown: int = PAGE) -> Timeline:
    """The newest `shown` messages, oldest first, with the happenings among them that the agent may know. Five questions."""
    shown = max(1, min(shown, MOST))
    messages = list(messages_of(conversation)[: shown + 1])
    has_earlier, messages = len(messages) > shown, messages[:shown][::-1]
    begin = messages[0].received_at if has_earlier else None
    events = visible_among(events_of(conversation, begin), agent)
    names = names_in(conversation, events)
    items = [Item(message.received_at, message=message) for message in messages]
    items += [Item(event.happened_at, happening=happening(event, names)) for event in events]
    return Timeline(
        with_days(sorted(items, key=lambda item: item.at)),
        names,
        newest=max((message.pk for message in messages), default=0),
        has_earlier=has_earlier,
    )


def messages_of(conversation: Conversation):
    """Newest first. Whole texts and HTML stay in the database: what is shown is cut and annotated."""
    outsider = Participant.objects.filter(
        conversation=conversation, identity=OuterRef("sender"), role=Participant.Role.OTHER
    )
    recipients = Recipient.objects.select_related("delivery")
    files = Attachment.objects.select_related("blob")
    return (
        conversation.messages.order_by("-received_at", "-pk")
        .defer("text", "html", "visible_text")
        .select_related("agent__photo", "sender__contact")
        .prefetch_related(Prefetch("recipients", recipients), Prefetch("attachments", files))
        .alias(text_length=Length("text"), visible_length=Length("visible_text"))
        .annotate(
            words=Substr("visible_text", 1, LONGEST),
            has_more=yes_if(Q(visible_length__gt=LONGEST) | Q(text_length__gt=F("visible_length") + 3)),
            has_html=yes_if(~Q(html="")),
            is_outsider=Exists(outsider),
        )
    )


def yes_if(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def events_of(conversation: Conversation, begin: datetime | None):
    events = Event.objects.filter(subject_type="conversation", subject_id=conversation.pk, type__in=SHOWN)
    if begin:
        events = events.filter(happened_at__gte=begin)
    return reversed(events.order_by("-pk")[:MOST_EVENTS])


def visible_among(events: Iterable[Event], agent: Agent) -> list[Event]:
    """Without links to conversations that the agent may not see: not even their numbers are told."""
    events = list(events)
    others = {event.data["other_id"] for event in events if "other_id" in event.data}
    seen = set(Conversation.objects.visible_to(agent).filter(pk__in=others).values_list("pk", flat=True))
    return [event for event in events if event.data.get("other_id") in {None, *seen}]


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


def happening(event: Event, names: Names) -> Happening:
    data = event.data
    agent, team = names.agents.get(data.get("agent_id")), names.teams.get(data.get("team_id"), "")
    what, whom = event.type.partition(".")[2], ""
    if what == "assigned":
        handed = data.get("agent_id") != data.get("previous_agent_id")
        what, whom = (what, agent.name if agent else "") if handed else ("team", team)
    elif what in {"tagged", "untagged"}:
        whom = names.tags.get(data.get("tag_id"), "")
    elif what == "linked":
        what = data.get("kind") or what
    actor = names.agents.get(event.actor_id) if event.actor_type == "agent" else None
    other = Conversation(pk=data["other_id"]).number if "other_id" in data else 0
    return Happening(
        event.pk, what, event.happened_at, actor.name if actor else "", event.actor_type, whom, other
    )


def with_days(items: list[Item]) -> list[Item]:
    """The same items; the first of each day says so."""
    before: date | None = None
    marked = []
    for item in items:
        today = timezone.localdate(item.at)
        marked.append(Item(item.at, item.message, item.happening, new_day=today != before))
        before = today
    return marked
