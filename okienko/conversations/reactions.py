"""What the conversations do when something happened."""

from okienko.conversations import operations
from okienko.conversations.events import ConversationOpened, DeliveryChanged, ReplyWritten
from okienko.conversations.jobs import send_message
from okienko.conversations.models import Conversation, Delivery
from okienko.conversations.operations.placing import may_belong_to
from okienko.events.models import Event
from okienko.lib import rows


def send_reply(event: Event):
    send_message.enqueue(message_id=ReplyWritten.of(event).message_id)


def send_once_more(event: Event):
    """An agent pressed „Ponów"."""
    fact = DeliveryChanged.of(event)
    if fact.state == Delivery.State.QUEUED and event.actor_type == "agent":
        send_message.enqueue(message_id=fact.message_id)


def suggest_related(event: Event):
    """A new matter of somebody who has another open one: an agent may want to join them."""
    conversation = rows.get(Conversation, pk=ConversationOpened.of(event).conversation_id)
    if conversation is None or conversation.status != Conversation.Status.OPEN:
        return
    others = may_belong_to(conversation)
    if others:
        operations.suggest(conversation, others)
