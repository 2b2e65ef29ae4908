"""Leave a note for colleagues, and tell those it names."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from okienko.accounts.models import Agent, Membership, Team
from okienko.conversations import mentions
from okienko.conversations.events import ConversationMentioned, NoteWritten
from okienko.conversations.models import Conversation, Follow, Mention, Message
from okienko.conversations.operations.locking import locked
from okienko.conversations.operations.replying import (
    index_message,
    insist_it_lives,
    worth_writing,
    written_before,
)
from okienko.conversations.rights import READ
from okienko.events.log import Actor, record
from okienko.lib import rows


def note(conversation: Conversation, *, text: str, agent: Agent, once: UUID | None = None) -> Message:
    """Write down what only colleagues read. Who is named by it (@Anna, @team) sees the conversation from now on.

    `once`: the same value a second time writes nothing and returns the first note. CannotReply without text.
    """
    text = worth_writing(text)
    with transaction.atomic():
        conversation, now = locked(conversation.pk), timezone.now()
        if known := written_before(once):
            return known
        insist_it_lives(conversation)
        message = rows.insert(
            Message(
                conversation=conversation,
                direction=Message.Direction.OUT,
                audience=Message.Audience.INTERNAL,
                agent=agent,
                text=text,
                visible_text=text,
                thread_reason=Message.Reason.WRITTEN,
                received_at=now,
                once=once,
            )
        )
        conversation.last_message, conversation.last_activity_at = message, now
        rows.update(conversation, "last_message", "last_activity_at")
        index_message(message, conversation)
        actor = Actor.agent(agent)
        record(NoteWritten(conversation_id=conversation.pk, message_id=message.pk), actor=actor)
        mention(message, named_in(text) - {agent.pk}, actor=actor)
    return message


def named_in(text: str) -> set[int]:
    """Ids of the active agents a note names, themselves or by a team of theirs, who read conversations at all."""
    if "@" not in text:
        return set()
    agents = dict(Agent.objects.filter(is_active=True).values_list("pk", "name"))
    teams = dict(Team.objects.values_list("pk", "name"))
    keys = {key for found in mentions.named(text, mentions.handles(agents, teams)) for key in found.keys}
    named = {pk for kind, pk in keys if kind == "agent"}
    of_teams = [pk for kind, pk in keys if kind == "team"]
    if of_teams:
        named |= set(Membership.objects.filter(team__in=of_teams).values_list("agent", flat=True))
    readers = Agent.objects.with_word(READ).filter(pk__in=named) if named else Agent.objects.none()
    return set(readers.values_list("pk", flat=True))


def mention(message: Message, agents: set[int], *, actor: Actor):
    """It waits for each of them until they have read the note; they see the conversation even where it is closed."""
    if not agents:
        return
    conversation_id = message.conversation_id
    named = [Mention(message=message, conversation_id=conversation_id, agent_id=pk) for pk in sorted(agents)]
    rows.insert_all(named, ignore_conflicts=True)
    reason = Follow.Reason.MENTIONED
    follows = [Follow(conversation_id=conversation_id, agent_id=pk, reason=reason) for pk in sorted(agents)]
    rows.insert_all(follows, ignore_conflicts=True)
    record(ConversationMentioned(conversation_id=conversation_id, message_id=message.pk), actor=actor)
