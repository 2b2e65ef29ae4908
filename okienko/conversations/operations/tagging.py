"""Words by which conversations are found and counted."""

from django.db import transaction

from okienko.conversations.events import ConversationTagged, ConversationUntagged
from okienko.conversations.models import Conversation, Tag
from okienko.conversations.operations.locking import locked
from okienko.events.log import Actor, record
from okienko.lib.text import cut, one_line


@transaction.atomic
def tag(conversation: Conversation, name: str, *, actor: Actor) -> Tag:
    """Add a tag, made on first use. ValueError for an empty name."""
    name = cut(one_line(name), 40)
    if not name:
        raise ValueError("a tag needs a name")
    conversation = locked(conversation.pk)
    found = Tag.objects.filter(name__iexact=name).first() or Tag.objects.create(name=name)
    if not conversation.tags.filter(pk=found.pk).exists():
        conversation.tags.add(found)
        record(ConversationTagged(conversation_id=conversation.pk, tag_id=found.pk), actor=actor)
    return found


@transaction.atomic
def untag(conversation: Conversation, tag: Tag, *, actor: Actor):
    conversation = locked(conversation.pk)
    if conversation.tags.filter(pk=tag.pk).exists():
        conversation.tags.remove(tag)
        record(ConversationUntagged(conversation_id=conversation.pk, tag_id=tag.pk), actor=actor)
