"""Who takes care of a conversation."""

from django.db import transaction

from okienko.accounts.models import Agent, Team
from okienko.conversations.events import ConversationAssigned
from okienko.conversations.models import Conversation
from okienko.conversations.operations.locking import locked
from okienko.events.log import Actor, record


def assign(conversation: Conversation, agent: Agent | None, *, actor: Actor):
    """Give the conversation to an agent, or to nobody."""
    _hand_over(conversation, actor=actor, agent_id=agent and agent.pk)


def assign_team(conversation: Conversation, team: Team | None, *, actor: Actor):
    """Give the conversation to a team, or to none. Its agent keeps it."""
    _hand_over(conversation, actor=actor, team_id=team and team.pk)


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
