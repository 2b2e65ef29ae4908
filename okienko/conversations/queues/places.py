"""The teams, inboxes and colleagues that the desk names, in one question."""

from dataclasses import dataclass, field
from functools import lru_cache

from django.db import connection
from django.db.models import BooleanField, Case, CharField, Exists, F, OuterRef, Q, Value, When

from okienko.accounts.models import Agent, Membership, Role, Team
from okienko.conversations.queues.viewers import Viewer, viewer_of
from okienko.conversations.rights import READ, WORK
from okienko.inboxes.models import Inbox

ICONS = {"email": "mail", "chat": "chat", "sms": "sms", "phone": "phone", "store": "store"}


def channel_icon(kind: str) -> str:
    """Of components/icon.css, for a kind of inbox."""
    return ICONS.get(kind, "inbox")


@dataclass(frozen=True)
class Place:
    """A team or an inbox; `kind`: of the inbox."""

    pk: int
    name: str
    kind: str = ""


@dataclass(frozen=True)
class Places:
    """`teams`, `inboxes`: whose queues the agent has. `hands`: who takes conversations, `all_teams`: those too.

    `channels`: every inbox by its key: letters of a conversation one sees may have come by one that one does not.
    """

    teams: list[Place] = field(default_factory=list)
    inboxes: list[Place] = field(default_factory=list)
    hands: list[Place] = field(default_factory=list)
    all_teams: list[Place] = field(default_factory=list)
    channels: dict[int, Place] = field(default_factory=dict)


def places(agent) -> Places:
    """What the desk of this agent names. Who reads no conversations has no queues."""
    sql, parameters = _asking(viewer_of(agent))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM " + sql, parameters)  # noqa: S608 - Django's own SQL
        found = cursor.fetchall()
    by_kind: dict[str, list[tuple[Place, bool]]] = {"team": [], "inbox": [], "agent": []}
    idle = _roles_without_work({role for what, *_, role in found if what == "agent"} - {None})
    for what, pk, name, kind, is_own, role in sorted(found, key=lambda row: row[2].casefold()):
        if role not in idle:
            by_kind[what].append((Place(pk, name, kind), bool(is_own) and agent.may(READ)))
    return Places(
        teams=[place for place, is_own in by_kind["team"] if is_own],
        inboxes=[place for place, is_own in by_kind["inbox"] if is_own],
        hands=[place for place, _ in by_kind["agent"]],
        all_teams=[place for place, _ in by_kind["team"]],
        channels={place.pk: place for place, _ in by_kind["inbox"]},
    )


def _roles_without_work(own: set[int]) -> set[int]:
    """Those of the shop's own roles that do not answer customers; asks nothing where nobody has one."""
    found = Role.objects.filter(pk__in=own) if own else []
    return {role.pk for role in found if WORK not in role.all_words}


@lru_cache(maxsize=500)
def _asking(viewer: Viewer) -> tuple[str, tuple]:
    """What is asked, and its parameters. Writing it costs more than asking it, and it never changes for one viewer."""
    everywhere = viewer.may("conversations.see_closed")
    member = Exists(Membership.objects.filter(team=OuterRef("pk"), agent=viewer.pk))
    hidden = Q(pk__in=Inbox.objects.hidden_from(viewer).values("pk"))
    text, none = CharField(), Value(None, output_field=BooleanField())
    columns = ("what", "pk", "name", "of_kind", "is_own", "own_role")
    teams = Team.objects.annotate(
        what=Value("team"),
        of_kind=Value("", text),
        is_own=_yes_if(Q() if everywhere else Q(member)),
        own_role=none,
    )
    inboxes = Inbox.objects.annotate(
        what=Value("inbox"), of_kind=F("kind"), is_own=_yes_if(~hidden), own_role=none
    )
    hands = Agent.objects.filter(is_active=True).annotate(
        what=Value("agent"), of_kind=Value("", text), is_own=_yes_if(Q()), own_role=F("custom_role_id")
    )
    rows = hands.values_list(*columns).union(
        teams.values_list(*columns), inboxes.values_list(*columns), all=True
    )
    sql, parameters = rows.query.sql_with_params()
    return f"({sql}) AS places", parameters


def _yes_if(condition: Q) -> Case | Value:
    if not condition:
        return Value(True, output_field=BooleanField())
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
