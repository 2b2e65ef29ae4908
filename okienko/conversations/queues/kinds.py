"""Which queues there are: those everybody has, one for each team, one for each inbox."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from okienko.conversations.models import Conversation, Mention, Read
from okienko.conversations.models.conversation import ConversationQuerySet
from okienko.conversations.queues.places import Places, channel_icon

Status = Conversation.Status
Words = str | Promise
Narrowing = Callable[[ConversationQuerySet, object], ConversationQuerySet]

DEFAULT = "open"
OWN = re.compile(r"(team|inbox)-([1-9]\d{0,17})")
ASIDE = (Status.SPAM, Status.TRASHED)
WORKING = (Status.OPEN, Status.WAITING, Status.RESOLVED)


@dataclass(frozen=True)
class Queue:
    """`name`: as the address says it. `rows`: which conversations, before their status is asked for.

    `statuses`: one that is part of what the queue is, or several to choose from, the first by default; none: any.
    `needing`: of all its rows those that need a hand, which are counted; None: nobody counts them.
    """

    name: str
    label: Words
    icon: str
    rows: Narrowing
    statuses: tuple[str, ...] = WORKING
    sorts: tuple[str, ...] = ("newest", "waiting", "oldest")
    needing: Narrowing | None = None

    @property
    def own(self) -> tuple[str, int] | None:
        """ "team-3" → ("team", 3)."""
        found = OWN.fullmatch(self.name)
        return (found[1], int(found[2])) if found else None


def any_of(rows: ConversationQuerySet, _agent) -> ConversationQuerySet:
    return rows


def open_among(narrow: Narrowing) -> Narrowing:
    return lambda rows, agent: narrow(rows, agent).open()


def mine(rows: ConversationQuerySet, agent) -> ConversationQuerySet:
    return rows.of(agent)


def for_me(rows: ConversationQuerySet, agent) -> ConversationQuerySet:
    """The customer waits, and I have it."""
    # Said so that the database begins with what is mine, and not with everything that waits.
    owed = Coalesce("waiting_since", "waiting_since")
    return rows.of(agent).alias(owed_since=owed).filter(owed_since__isnull=False)


def nobodys(rows: ConversationQuerySet, _agent) -> ConversationQuerySet:
    return rows.unassigned()


def naming(rows: ConversationQuerySet, agent) -> ConversationQuerySet:
    """Notes in it name the agent."""
    named = Mention.objects.filter(agent=agent.pk).values("conversation")
    return rows.alive().filter(pk__in=named).exclude(status__in=ASIDE)


def naming_anew(rows: ConversationQuerySet, agent) -> ConversationQuerySet:
    """… and the agent has not read that far."""
    read = Read.objects.filter(
        agent=agent.pk, conversation=OuterRef("conversation"), up_to__gte=OuterRef("message")
    )
    unread = Mention.objects.filter(~Exists(read), agent=agent.pk)
    return rows.alive().filter(pk__in=unread.values("conversation")).exclude(status__in=ASIDE)


def of_team(rows: ConversationQuerySet, _agent, pk: int) -> ConversationQuerySet:
    return rows.filter(team=pk)


def of_inbox(rows: ConversationQuerySet, _agent, pk: int) -> ConversationQuerySet:
    return rows.filter(inbox=pk)


PLAIN = ("newest", "oldest")
QUEUES = {
    queue.name: queue
    for queue in [
        Queue("mine", _("Mine"), "user", mine, needing=open_among(mine)),
        Queue("for-me", _("Waiting for me"), "clock", for_me, (Status.OPEN,), ("waiting", "newest", "oldest"), open_among(for_me)),
        Queue("unassigned", _("Unassigned"), "inbox", nobodys, needing=open_among(nobodys)),
        Queue("mentions", _("Mentions"), "mention", naming, (), ("mentioned", *PLAIN), naming_anew),
        Queue("open", _("All open"), "list", any_of, (Status.OPEN,), needing=open_among(any_of)),
        Queue("waiting", _("Waiting for the customer"), "pause", any_of, (Status.WAITING,), PLAIN),
        Queue("resolved", _("Resolved"), "check", any_of, (Status.RESOLVED,), PLAIN),
        Queue("spam", _("Spam"), "spam", any_of, (Status.SPAM,), PLAIN),
        Queue("trash", _("Trash"), "trash", any_of, (Status.TRASHED,), PLAIN),
    ]
}  # fmt: skip
LAST = ("spam", "trash")  # below everything else


def named(name: str, label: Words = "", icon: str = "") -> Queue | None:
    """The queue that the address calls so. Of a team or an inbox it is not asked whether there is one."""
    if found := OWN.fullmatch(name):
        narrow = partial(of_team if found[1] == "team" else of_inbox, pk=int(found[2]))
        return Queue(name, label, icon, narrow, needing=open_among(narrow))
    return QUEUES.get(name)


@dataclass(frozen=True)
class Group:
    """`is_folded`: more than one wants to see at once."""

    name: str
    title: Words
    queues: list[Queue]
    is_folded: bool = False


MOST_SHOWN = 8


def grouped(places: Places) -> list[Group]:
    """Everything on the left, for an agent who has these teams and inboxes."""
    teams = [named(f"team-{team.pk}", team.name, "people") for team in places.teams]
    inboxes = [named(f"inbox-{each.pk}", each.name, channel_icon(each.kind)) for each in places.inboxes]
    return [
        Group("desk", "", [queue for queue in QUEUES.values() if queue.name not in LAST]),
        *([Group("teams", _("Teams"), teams)] if teams else []),
        *([Group("inboxes", _("Channels"), inboxes, len(inboxes) > MOST_SHOWN)] if len(inboxes) > 1 else []),
        Group("last", "", [QUEUES[name] for name in LAST]),
    ]


def lying_in(queue: Queue, agent, status: str = "") -> ConversationQuerySet:
    """The conversations of a queue that the agent may see, with one of its statuses: the first unless another is named."""
    rows = queue.rows(Conversation.objects.visible_to(agent).alive(), agent)
    if not queue.statuses:
        return rows
    return rows.filter(status=status if status in queue.statuses else queue.statuses[0])
