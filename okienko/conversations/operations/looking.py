"""That somebody looked at what is more than the conversation itself."""

from django.db import transaction

from okienko.accounts.models import Agent
from okienko.conversations.events import FileSaved, OriginalOpened
from okienko.conversations.models import Attachment, Message
from okienko.events.log import Actor, record_seldom


@transaction.atomic
def opened_original(message: Message, agent: Agent):
    fact = OriginalOpened(agent_id=agent.pk, conversation_id=message.conversation_id, message_id=message.pk)
    record_seldom(fact, actor=Actor.agent(agent))


@transaction.atomic
def saved_file(file: Attachment, message: Message, agent: Agent):
    fact = FileSaved(
        agent_id=agent.pk,
        conversation_id=message.conversation_id,
        message_id=message.pk,
        attachment_id=file.pk,
    )
    record_seldom(fact, actor=Actor.agent(agent))
