"""Who takes care of a conversation."""

from django.db import transaction

from okienko.accounts.models import Agent, Team
from okienko.conversations.events import ConversationAssigned
from okienko.conversations.models import Conversation, Follow
from okienko.conversations.operations.locking import locked
from okienko.events.log import Actor, record


def assign(conversation: Conversation, agent: Agent | None, *, actor: Actor):
    """Give the conversation to an agent, or to nobody."""
    _hand_over(conversation, actor=actor, agent_id=agent and agent.pk)


def assign_team(conversation: Conversation, team: Team | None, *, actor: Actor):
    """Give the conversation to a team, or to none. Its agent keeps it."""
    _hand_over(conversation, actor=actor, team_id=team and team.pk)


def hand_on_batch(agent: Agent, *, heir: Agent | Team | None, actor: Actor, most: int = 100) -> int:
    """Give up to `most` unresolved conversations of somebody who left to their heir; to nobody: to whoever takes them.

    How many it were; 0 when none is left.
    """
    ids = Conversation.objects.filter(assignee=agent).exclude(status=Conversation.Status.RESOLVED)
    batch = list(ids.order_by("pk").values_list("pk", flat=True)[:most])
    changed = {"agent_id": heir.pk if isinstance(heir, Agent) else None}
    if isinstance(heir, Team):
        changed["team_id"] = heir.pk
    for pk in batch:
        _hand_over(Conversation(pk=pk), actor=actor, **changed)
    return len(batch)


def empty_team_batch(team: Team, *, heir: Team | None, actor: Actor, most: int = 100) -> int:
    """Give up to `most` conversations of a team to another, or to none, whatever their state. How many it were."""
    of_team = Conversation.objects.filter(team=team).order_by("pk")
    batch = list(of_team.values_list("pk", flat=True)[:most])
    for pk in batch:
        _hand_over(Conversation(pk=pk), actor=actor, team_id=heir and heir.pk)
    return len(batch)


@transaction.atomic
def stop_following(agent: Agent):
    """Somebody who left needs to know nothing more."""
    Follow.objects.filter(agent=agent).delete()


def release_from_who_left(conversation: Conversation, *, actor: Actor, quiet: bool = False):
    """A matter that begins again belongs to nobody when its agent no longer works here. Inside the caller's transaction."""
    agent_id = conversation.assignee_id
    if agent_id is None or Agent.objects.filter(pk=agent_id, is_active=True).exists():
        return
    conversation.assignee = None
    conversation.save(update_fields=["assignee"])
    team_id = conversation.team_id
    fact = ConversationAssigned(
        conversation_id=conversation.pk,
        team_id=team_id,
        previous_agent_id=agent_id,
        previous_team_id=team_id,
    )
    record(fact, actor=actor, quiet=quiet)


@transaction.atomic
def _hand_over(conversation: Conversation, *, actor: Actor, **changed: int | None):
    conversation = locked(conversation.pk)
    before = {"agent_id": conversation.assignee_id, "team_id": conversation.team_id}
    after = {**before, **changed}
    if after == before:
        return
    conversation.assignee_id, conversation.team_id = after["agent_id"], after["team_id"]
    conversation.save(update_fields=["assignee", "team"])
    fact = ConversationAssigned(
        conversation_id=conversation.pk,
        previous_agent_id=before["agent_id"],
        previous_team_id=before["team_id"],
        **after,
    )
    record(fact, actor=actor)
