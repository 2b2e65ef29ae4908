"""What a conversation is about, in better words than the customer's."""

from django.db import transaction

from okienko.conversations.events import ConversationRenamed
from okienko.conversations.models import Conversation
from okienko.conversations.operations.locking import locked
from okienko.events.log import Actor, record
from okienko.lib.text import cut, one_line


@transaction.atomic
def rename(conversation: Conversation, subject: str, *, actor: Actor):
    """Give it another subject; our answers carry it from now on. ValueError for an empty one."""
    subject = cut(one_line(subject), 250)
    if not subject:
        raise ValueError("a conversation needs a subject")
    conversation = locked(conversation.pk)
    if conversation.subject == subject:
        return
    conversation.subject = subject
    conversation.save(update_fields=["subject"])
    record(ConversationRenamed(conversation_id=conversation.pk), actor=actor)
