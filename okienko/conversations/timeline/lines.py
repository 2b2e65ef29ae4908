"""How messages and happenings stand one below the other. Pure: nothing is asked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils import timezone

from okienko.conversations.models import Message
from okienko.conversations.timeline.happenings import Happening
from okienko.conversations.timeline.letters import Route, Sent, route, sent
from okienko.inboxes import registry

TOGETHER = timedelta(minutes=5)  # what one person writes within it stands under one head
LONG = 20  # lines of text, about 400 pixels, from which on an old message is folded
WIDTH = 68  # characters in a line
Reason = Message.Reason
DOUBTFUL = {Reason.NUMBER, Reason.ORDER, Reason.CHANNEL, Reason.CONTINUES}


@dataclass(frozen=True)
class Place:
    """Where the reader was when the page was opened.

    `since`: id of the last message they had read, 0 for none; `opened`: id of the newest there was, 0 for now.
    `reader`: their id; what they wrote themselves is never new to them.
    """

    since: int = 0
    opened: int = 0
    reader: int = 0


@dataclass(kw_only=True)
class Line:
    """One line of the thread: a message, or things that happened one after another."""

    at: datetime
    message: Message | None = None
    happenings: list[Happening] = field(default_factory=list)
    new_day: bool = False
    begins_new: bool = False  # the first one that the reader does not know
    channel: str = ""  # the kind of channel where it is another than before
    is_grouped: bool = False  # goes on under the head of the message above
    is_long: bool = False  # folded until asked for
    is_chat: bool = False  # said in passing, on a channel without letters
    can_be_answered: bool = False
    doubt: str = ""  # why it stands here, where one might wonder
    route: Route | None = None
    sent: Sent | None = None

    @property
    def lead(self) -> Happening:
        """The one of several that is told."""
        return max(self.happenings, key=lambda each: (each.weight, each.at, each.id))

    @property
    def rest(self) -> list[Happening]:
        lead = self.lead
        return [each for each in self.happenings if each is not lead]


def lines_of(
    messages: Iterable[Message], happenings: Iterable[Happening], place: Place, *, is_whole: bool
) -> list[Line]:
    """Oldest first. `is_whole`: the first message is the conversation's first, nothing earlier is hidden."""
    lines = [line_of(message, place) for message in messages]
    lines += [Line(at=each.at, happenings=[each]) for each in happenings]
    lines.sort(key=lambda line: line.at)
    first_new = next((line for line in lines if is_new(line, place)), None)
    if first_new is not None and not (is_whole and first_new is lines[0]) and place.since:
        first_new.begins_new = True
    mark_days(lines)
    mark_channels(lines)
    folded = fold(lines)
    mark_groups(folded)
    return folded


def line_of(message: Message, place: Place) -> Line:
    line = Line(at=message.received_at, message=message)
    if message.kind == Message.Kind.WORDS and not message.is_note:
        line.route, line.is_chat = route(message), is_chat(message)
        line.sent = None if message.is_inbound else sent(message)
        line.can_be_answered = message.is_inbound and not message.holds_back
        line.doubt = message.get_thread_reason_display() if message.thread_reason in DOUBTFUL else ""
    is_read = message.pk < place.opened and (not place.since or message.pk <= place.since)
    line.is_long = is_read and height(message.words) > LONG
    return line


def is_chat(message: Message) -> bool:
    """On channels without threads of their own people write as they speak."""
    channel = registry.known(message.inbox.kind) if message.inbox else None
    return channel is not None and not channel.abilities.threads


def height(words: str) -> int:
    """About how many lines it takes."""
    return sum(len(line) // WIDTH + 1 for line in words.split("\n"))


def is_new(line: Line, place: Place) -> bool:
    message = line.message
    return message is not None and message.pk > place.since and message.agent_id != place.reader


def mark_days(lines: list[Line]):
    before = None
    for line in lines:
        today = timezone.localdate(line.at)
        line.new_day, before = today != before, today


def mark_channels(lines: list[Line]):
    before = ""
    for line in lines:
        kind = channel_of(line.message) if line.message else ""
        if before and kind and kind != before:
            line.channel = kind
        before = kind or before


def channel_of(message: Message) -> str:
    """By which way it was said: "call", "visit", or the kind of its inbox; "" for a note."""
    if message.kind != Message.Kind.WORDS:
        return message.kind
    return message.inbox.kind if message.inbox and not message.is_note else ""


def fold(lines: list[Line]) -> list[Line]:
    """Happenings that follow each other on one day become one line."""
    folded: list[Line] = []
    for line in lines:
        goes_on = folded and not folded[-1].message and not line.message and not line.new_day
        if goes_on:
            folded[-1].happenings += line.happenings
        else:
            folded.append(line)
    return folded


def mark_groups(lines: list[Line]):
    for before, line in pairwise(lines):
        line.is_grouped = bool(
            before.message
            and line.message
            and not line.message.is_note
            and not (line.new_day or line.begins_new or line.channel)
            and writer_of(before.message) == writer_of(line.message)
            and line.at - before.at < TOGETHER
        )


def writer_of(message: Message) -> tuple:
    return message.kind, message.is_note, message.is_inbound, message.agent_id, message.sender_id
