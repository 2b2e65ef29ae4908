"""How far an agent has read."""

from django.db import transaction
from django.utils import timezone

from okienko.accounts.models import Agent
from okienko.conversations.events import ConversationRead
from okienko.conversations.models import Conversation, Message, Read
from okienko.events.log import Actor, record


@transaction.atomic
def mark_read(conversation: Conversation, agent: Agent, *, up_to: Message):
    """The agent has seen everything up to a message. Never goes back."""
    known = Read.objects.filter(conversation=conversation, agent=agent).first()
    if known and known.up_to >= up_to.pk:
        return
    Read.objects.update_or_create(
        conversation=conversation, agent=agent, defaults={"up_to": up_to.pk, "read_at": timezone.now()}
    )
    fact = ConversationRead(agent_id=agent.pk, conversation_id=conversation.pk, message_id=up_to.pk)
    record(fact, actor=Actor.agent(agent))
