"""What stands in the middle of a conversation's page: messages and what happened around them, by time."""

from dataclasses import dataclass, replace

from django.db.models import Q

from okienko.accounts.models import Agent
from okienko.conversations.models import Conversation, Message
from okienko.conversations.timeline.happenings import events_of, happening, visible_among
from okienko.conversations.timeline.letters import LONGEST, messages_of
from okienko.conversations.timeline.lines import Line, Place, lines_of
from okienko.conversations.timeline.names import Names, Person, names_in

__all__ = ["LONGEST", "MOST", "PAGE", "Line", "Names", "Person", "Place", "Timeline", "of", "reaching"]

PAGE = 50
MOST = 1000  # messages on one page, however often "earlier" was pressed


@dataclass(frozen=True)
class Timeline:
    lines: list[Line]
    names: Names
    newest: int  # id of the newest message, 0 without any
    has_earlier: bool

    @property
    def letters(self) -> dict[int, Message]:
        """What came from outside and is shown, by id, oldest first."""
        shown = [line.message for line in self.lines if line.message]
        return {
            message.pk: message
            for message in shown
            if message.is_inbound and message.kind == Message.Kind.WORDS
        }

    @property
    def letter(self) -> Message | None:
        """The newest of them."""
        return next(reversed(self.letters.values()), None)


def of(
    conversation: Conversation, agent: Agent, *, shown: int = PAGE, place: Place | None = None
) -> Timeline:
    """The newest `shown` messages, oldest first, with the happenings among them that the agent may know. Five questions."""
    shown = max(1, min(shown, MOST))
    messages = list(messages_of(conversation)[: shown + 1])
    has_earlier, messages = len(messages) > shown, messages[:shown][::-1]
    events = visible_among(events_of(conversation, messages[0].received_at if has_earlier else None), agent)
    names = names_in(conversation, events)
    newest = max((message.pk for message in messages), default=0)
    told = [happening(event, names) for event in events]
    place = place or Place()
    place = replace(place, opened=place.opened or newest)
    return Timeline(
        lines_of(messages, told, place, is_whole=not has_earlier),
        names,
        newest=newest,
        has_earlier=has_earlier,
    )


def reaching(conversation: Conversation, pk: int) -> int:
    """How many of the newest messages are to be shown so that message `pk` is among them; PAGE at least."""
    there = conversation.messages.filter(pk=pk).values_list("received_at", flat=True).first()
    if there is None:
        return PAGE
    return max(
        PAGE,
        conversation.messages.filter(Q(received_at__gt=there) | Q(received_at=there, pk__gte=pk)).count(),
    )
