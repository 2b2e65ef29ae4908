"""Which conversations have to do with each other."""

from django.db import transaction

from okienko.conversations.events import ConversationsLinked
from okienko.conversations.models import Conversation, Link
from okienko.events.log import Actor, record
from okienko.lib import rows


def link(conversation: Conversation, other: Conversation, kind: str, *, actor: Actor):
    _, is_new = Link.objects.get_or_create(conversation=conversation, other=other, kind=kind)
    if is_new:
        record(
            ConversationsLinked(conversation_id=conversation.pk, other_id=other.pk, kind=kind), actor=actor
        )


def suggest(conversation: Conversation, others: list[int]):
    """Other matters this one may belong to. A suggestion is no event: nothing has happened yet."""
    links = [Link(conversation=conversation, other_id=pk, kind=Link.Kind.MAY_BELONG) for pk in others]
    rows.insert_all(links, ignore_conflicts=True)


@transaction.atomic
def dismiss(link: Link):
    """It is another matter: the suggestion goes, both ways, and does not come back."""
    ends = [link.conversation_id, link.other_id]
    Link.objects.filter(kind=Link.Kind.MAY_BELONG, conversation__in=ends, other__in=ends).delete()
