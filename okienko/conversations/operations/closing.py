"""Resolve and reopen."""

from django.db import transaction
from django.utils import timezone

from okienko.conversations.events import ConversationReopened, ConversationResolved
from okienko.conversations.models import Conversation, Episode, Message
from okienko.conversations.operations.assigning import release_from_who_left
from okienko.conversations.operations.locking import locked
from okienko.events.log import Actor, record

Status = Conversation.Status


@transaction.atomic
def resolve(conversation: Conversation, *, actor: Actor):
    """The matter is settled. Nothing happens when it already is."""
    conversation = locked(conversation.pk)
    if conversation.is_resolved:
        return
    now = timezone.now()
    conversation.status, conversation.resolved_at, conversation.waiting_since = Status.RESOLVED, now, None
    conversation.save(update_fields=["status", "resolved_at", "waiting_since"])
    Episode.objects.filter(conversation=conversation, resolved_at=None).update(resolved_at=now)
    record(ConversationResolved(conversation_id=conversation.pk), actor=actor)


@transaction.atomic
def reopen(conversation: Conversation, *, actor: Actor):
    """An agent takes the matter up again. Nothing happens when it is open, or goes on as part of another one."""
    conversation = locked(conversation.pk)
    if conversation.status in {Status.OPEN, Status.WAITING} or conversation.merged_into_id:
        return
    begin_episode(conversation, at=timezone.now(), actor=actor)


def reopen_for(conversation: Conversation, message: Message, *, quiet: bool):
    """A person outside wrote: we owe something again. A resolved matter begins a new episode."""
    actor = Actor.contact(message.sender.contact_id)
    if conversation.status in {Status.RESOLVED, Status.TRASHED}:
        begin_episode(conversation, at=message.received_at, actor=actor, quiet=quiet)
    elif conversation.status == Status.WAITING:
        conversation.status = Status.OPEN
        conversation.save(update_fields=["status"])


def begin_episode(conversation: Conversation, *, at, actor: Actor, quiet: bool = False):
    conversation.status, conversation.resolved_at, conversation.first_reply_at = Status.OPEN, None, None
    conversation.save(update_fields=["status", "resolved_at", "first_reply_at"])
    Episode.objects.filter(conversation=conversation, resolved_at=None).update(resolved_at=at)
    Episode.objects.create(conversation=conversation, opened_at=at)
    release_from_who_left(conversation, actor=actor, quiet=quiet)
    record(ConversationReopened(conversation_id=conversation.pk), actor=actor, quiet=quiet)
