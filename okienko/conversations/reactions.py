"""What the conversations do when something happened."""

from okienko.accounts.models import Agent
from okienko.accounts.operations import ruling
from okienko.accounts.staff_events import AgentLeft, TeamGivenUp
from okienko.conversations import jobs, operations
from okienko.conversations.events import ConversationOpened, DeliveryChanged, ReplyWritten
from okienko.conversations.models import Conversation, Delivery, Message
from okienko.conversations.operations.placing import may_belong_to
from okienko.events.log import Actor
from okienko.events.models import Event
from okienko.inboxes.events import MailboxChanged
from okienko.lib import rows


def send_reply(event: Event):
    jobs.send_message.enqueue(message_id=ReplyWritten.of(event).message_id)


def send_once_more(event: Event):
    """An agent pressed „Ponów"."""
    fact = DeliveryChanged.of(event)
    if fact.state == Delivery.State.QUEUED and event.actor_type == "agent":
        jobs.send_message.enqueue(message_id=fact.message_id)


def copy_to_sent(event: Event):
    """Where the inbox wants a copy of what it sends in the mailbox's own folder."""
    fact = DeliveryChanged.of(event)
    if fact.state != Delivery.State.SENT:
        return
    message = Message.objects.select_related("inbox").filter(pk=fact.message_id).first()
    if message and message.inbox and message.inbox.config.get("sent_copy"):
        jobs.copy_to_sent.enqueue(inbox_id=message.inbox_id, message_id=message.pk)


def suggest_related(event: Event):
    """A new matter of somebody who has another open one: an agent may want to join them."""
    conversation = rows.get(Conversation, pk=ConversationOpened.of(event).conversation_id)
    if conversation is None or conversation.status != Conversation.Status.OPEN:
        return
    others = may_belong_to(conversation)
    if others:
        operations.suggest(conversation, others)


def hand_on_work(event: Event):
    fact = AgentLeft.of(event)
    jobs.hand_on.enqueue(
        agent_id=fact.agent_id, heir_kind=fact.heir_kind, heir_id=fact.heir_id, by=event.actor_id
    )


def empty_team(event: Event):
    fact = TeamGivenUp.of(event)
    jobs.empty_team.enqueue(team_id=fact.team_id, heir_id=fact.heir_id, by=event.actor_id)


def tell_who_sees_inbox(event: Event):
    """An inbox was closed or opened, or belongs to another team: other people see what came by it."""
    if MailboxChanged.of(event).change == "changed":
        agents = Agent.objects.seeing_by_membership().values_list("pk", flat=True)
        ruling.note_sight_changed(agents, actor=Actor(event.actor_type, event.actor_id))
