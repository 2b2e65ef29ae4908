"""What an answer answers, and what stands in its way."""

from okienko.accounts.models import Agent
from okienko.conversations.models import Conversation, Message


class CannotReply(Exception):
    """Nobody to answer to, or nothing to say. The text is for the agent."""


class AnsweredMeanwhile(Exception):
    """A colleague has answered what the writer had not seen. `name`: who it was."""

    def __init__(self, name: str):
        super().__init__(name)
        self.name = name


def insist_nobody_answered(conversation: Conversation, agent: Agent, *, since: int | None):
    """AnsweredMeanwhile when a colleague's answer is newer than message `since`; None: nobody asks."""
    if since is None:
        return
    ours = conversation.messages.filter(
        direction=Message.Direction.OUT, kind=Message.Kind.WORDS, source=Message.Source.LIVE, pk__gt=since
    )
    theirs = ours.exclude(audience=Message.Audience.INTERNAL).exclude(agent=agent)
    if newest := theirs.select_related("agent").order_by("-pk").first():
        raise AnsweredMeanwhile(newest.agent.name if newest.agent else "")


def letter_answered(conversation: Conversation, pk: int | None) -> Message | None:
    """The letter with this id, or the last one for None. CannotReply when it cannot be answered here (any more)."""
    if pk is None:
        return last_from_outside(conversation)
    found = letters_to_answer(conversation).filter(pk=pk).first()
    if found is None:
        raise CannotReply("gone")
    return found


def letters_to_answer(conversation: Conversation):
    """What came from people, and from machines that can be answered."""
    inbound = conversation.messages.filter(
        direction=Message.Direction.IN, audience=Message.Audience.CUSTOMER, kind=Message.Kind.WORDS
    )
    return inbound.filter(automatic__in=["", "generated"]).select_related("inbox", "sender")


def last_from_outside(conversation: Conversation) -> Message | None:
    """The newest letter of a person; a machine's only when nobody else has written."""
    newest = letters_to_answer(conversation).order_by("-received_at", "-pk")
    return newest.filter(automatic="").first() or newest.first()
