"""Who may know that something changed. The change stream's view of `visible_to`."""

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q

from okienko.accounts.models import Agent, Membership, Role, Team
from okienko.conversations.models import Conversation, Follow

Audience = frozenset[int] | None  # ids of agents; None: everybody who is signed in


def audiences(ids: Iterable[int]) -> dict[int, Audience]:
    """conversation id → who may know."""
    rows = Conversation.objects.filter(pk__in=list(ids)).values(
        "pk", "team_id", "assignee_id", closed_team=F("team__is_closed"),
        closed_inbox=F("inbox__is_closed"), inbox_team=F("inbox__team_id"),
    )  # fmt: skip
    everybody = readers()
    return {row["pk"]: concerned(row) if is_closed(row) else everybody for row in rows}


def those_who_knew(data: dict) -> Audience:
    """Who saw a conversation before it was handed on, by the event's data: told once more, so that it leaves their screens."""
    before = data.get("previous_team_id")
    rows = Conversation.objects.filter(pk=data["conversation_id"])
    row = rows.values("pk", closed_inbox=F("inbox__is_closed"), inbox_team=F("inbox__team_id")).first()
    if row is None:
        return frozenset()
    row |= {
        "team_id": before,
        "assignee_id": data.get("previous_agent_id"),
        "closed_team": Team.objects.filter(pk=before or 0, is_closed=True).exists(),
    }
    return concerned(row) if is_closed(row) else readers()


def is_closed(row: dict) -> bool:
    return bool(row["closed_team"] or row["closed_inbox"])


def readers() -> Audience:
    """Those who read conversations: everybody, unless the shop has made a role that does not."""
    own = Role.objects.all()
    if all("conversations.read" in role.all_words for role in own):
        return None
    return frozenset(Agent.objects.with_word("conversations.read").values_list("pk", flat=True))


def concerned(row: dict) -> frozenset[int]:
    """The members of whatever is closed, and those personally concerned."""
    closed = [row["team_id"]] * bool(row["closed_team"]) + [row["inbox_team"]] * bool(row["closed_inbox"])
    # A closed inbox without a team has no members; `team=None` would ask for agents without any team.
    members = Q()
    for team in closed:
        members &= Q(pk__in=Membership.objects.filter(team=team or 0).values("agent"))
    everywhere = Agent.objects.with_word("conversations.see_closed").values("pk")
    followers = Follow.objects.filter(conversation=row["pk"]).values("agent")
    who = members | Q(pk=row["assignee_id"] or 0) | Q(pk__in=everywhere) | Q(pk__in=followers)
    reading = Agent.objects.with_word("conversations.read")
    return frozenset(reading.filter(who).values_list("pk", flat=True))


def themselves(ids: Iterable[int]) -> dict[int, Audience]:
    """Agents' own matters (what they have read, what they may see) are told to them alone."""
    return {pk: frozenset([pk]) for pk in ids}


def of_contacts(agent) -> Q:
    """Which contacts an agent may know of: nobody's secret ones, that is those with no conversation they may see."""
    if agent.may("conversations.see_closed"):
        return Q()
    theirs = Conversation.objects.filter(contact=OuterRef("pk"))
    return Exists(theirs.visible_to(agent)) | ~Exists(theirs)


def contact_audiences(ids: Iterable[int]) -> dict[int, Audience]:
    """contact id → who may know that it changed: whoever may know of one of its conversations."""
    ids = list(ids)
    rows = list(Conversation.objects.filter(contact__in=ids).values_list("contact", "pk"))
    told = audiences(pk for _, pk in rows)
    found: dict[int, Audience] = dict.fromkeys(set(ids) - {contact for contact, _ in rows}, readers())
    for contact, pk in rows:
        own, known = told[pk], found.get(contact, frozenset())
        found[contact] = None if own is None or known is None else own | known
    return found
