"""Who may know that something changed. The change stream's view of `visible_to`."""

from collections.abc import Iterable

from django.db.models import F, Q

from okienko.accounts.models import Agent, Membership
from okienko.conversations.models import Conversation, Follow


def audiences(ids: Iterable[int]) -> dict[int, frozenset[int] | None]:
    """conversation id → None when everybody may know, else the ids of the agents who may."""
    rows = Conversation.objects.filter(pk__in=list(ids)).values(
        "pk", "team_id", "assignee_id", closed_team=F("team__is_closed"), closed_inbox=F("inbox__is_closed"),
        inbox_team=F("inbox__team_id"),
    )  # fmt: skip
    return {row["pk"]: _concerned(row) if row["closed_team"] or row["closed_inbox"] else None for row in rows}


def _concerned(row: dict) -> frozenset[int]:
    """The members of whatever is closed, and those personally concerned."""
    closed = [row["team_id"]] * bool(row["closed_team"]) + [row["inbox_team"]] * bool(row["closed_inbox"])
    # A closed inbox without a team has no members; `team=None` would ask for agents without any team.
    members = Q()
    for team in closed:
        members &= Q(pk__in=Membership.objects.filter(team=team or 0).values("agent"))
    everywhere = Agent.objects.with_word("conversations.see_closed").values("pk")
    followers = Follow.objects.filter(conversation=row["pk"]).values("agent")
    concerned = members | Q(pk=row["assignee_id"] or 0) | Q(pk__in=everywhere) | Q(pk__in=followers)
    return frozenset(Agent.objects.filter(concerned, is_active=True).values_list("pk", flat=True))


def themselves(ids: Iterable[int]) -> dict[int, frozenset[int] | None]:
    """Agents' own matters (what they have read) are told to them alone."""
    return {pk: frozenset([pk]) for pk in ids}
