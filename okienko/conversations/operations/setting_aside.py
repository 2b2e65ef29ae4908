"""Spam and trash: out of the way of work, with everything in it, until somebody takes it back.

What a conversation was is not written down twice: `waiting_since` and `resolved_at` stay as they are, and tell.
"""

from datetime import datetime

from django.db import transaction

from okienko.conversations.events import ConversationMarkedSpam, ConversationRestored, ConversationTrashed
from okienko.conversations.models import Conversation, Message
from okienko.conversations.operations.assigning import release_from_who_left
from okienko.conversations.operations.closing import begin_episode
from okienko.conversations.operations.locking import locked
from okienko.events.log import Actor, Fact, record
from okienko.inboxes.channel import HOLDS_BACK

Status = Conversation.Status


def mark_spam(conversation: Conversation, *, actor: Actor):
    """Nobody needs to answer it, and further letters do not bring it back. Nothing happens when it is spam already."""
    _set_aside(conversation, Status.SPAM, ConversationMarkedSpam, actor=actor)


def trash(conversation: Conversation, *, actor: Actor):
    """Thrown away, for now: a further letter of a person brings it back. Nothing happens when it is there already."""
    _set_aside(conversation, Status.TRASHED, ConversationTrashed, actor=actor)


@transaction.atomic
def _set_aside(conversation: Conversation, status: Status, fact: type[Fact], *, actor: Actor):
    conversation = locked(conversation.pk)
    if conversation.status == status:
        return
    conversation.status = status
    conversation.save(update_fields=["status"])
    record(fact(conversation_id=conversation.pk), actor=actor)


@transaction.atomic
def restore(conversation: Conversation, *, actor: Actor):
    """Out of spam or trash: open when we owe an answer, else as it was. Nothing happens when it lies in neither."""
    conversation = locked(conversation.pk)
    if not conversation.is_set_aside:
        return
    left, since = conversation.status, _unanswered_since(conversation)
    if since:
        conversation.status, conversation.waiting_since = Status.OPEN, since
    else:
        conversation.status = Status.RESOLVED if conversation.resolved_at else Status.WAITING
    conversation.save(update_fields=["status", "waiting_since"])
    fact = ConversationRestored(conversation_id=conversation.pk, left=left, status=conversation.status)
    record(fact, actor=actor)
    if since and conversation.resolved_at:
        begin_episode(conversation, at=since, actor=actor)  # they wrote after it had been settled
    elif conversation.status != Status.RESOLVED:
        release_from_who_left(conversation, actor=actor)


def _unanswered_since(conversation: Conversation) -> datetime | None:
    """Since when a person outside waits for us; letters that came in the meantime count as well."""
    if conversation.waiting_since:
        return conversation.waiting_since
    said = conversation.messages.exclude(audience=Message.Audience.INTERNAL)
    # Whoever began a talk, we talked: it is an answer.
    ours = said.exclude(direction=Message.Direction.IN, kind=Message.Kind.WORDS).order_by(
        "-received_at", "-pk"
    )
    settled = [at for at in (conversation.resolved_at, *ours.values_list("received_at", flat=True)[:1]) if at]
    letters = said.filter(direction=Message.Direction.IN, kind=Message.Kind.WORDS).exclude(
        automatic__in=HOLDS_BACK
    )
    if settled:
        letters = letters.filter(received_at__gt=max(settled))
    return letters.order_by("received_at", "pk").values_list("received_at", flat=True).first()
