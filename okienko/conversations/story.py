"""Everything that was ever said with a customer, whatever the way, newest first: one line for each."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Substr

from okienko.accounts.models import Agent
from okienko.contacts.models import Contact
from okienko.conversations.models import Conversation, Message
from okienko.conversations.models.conversation import FIRST_NUMBER
from okienko.conversations.of_contacts import elsewhere, of_contact
from okienko.events.models import Event
from okienko.ui.personal import personal

PAGE = 30
SNIPPET = 200
CURSOR = "%Y%m%d%H%M%S%f"
OPENED, SAID, SAID_ELSEWHERE, HAPPENED = range(4)  # at one moment the later of these stands above
TOLD = [
    f"contact.{what}"
    for what in ("added", "renamed", "language_chosen", "identity_added", "identity_removed", "identity_left",
                 "identity_came", "primary_chosen", "tagged", "untagged")
]  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """One line. `what`: "opened", "call", "visit", "note", "letter", or the last word of an event's type.

    `number`: of the conversation, 0 for none; `about`: its subject; `who`: the agent, "" for the customer's side.
    """

    at: datetime
    rank: int
    pk: int
    what: str
    number: int = 0
    about: str = ""
    text: str = ""
    who: str = ""
    is_inbound: bool = False
    minutes: int = 0
    channel: str = ""
    message: int = 0

    @property
    def place(self) -> tuple:
        return self.at, self.rank, self.pk


@dataclass(frozen=True)
class Channel:
    """One of the ways one can narrow the story to. `messages`: which; None: messages are not narrowed."""

    name: str
    messages: Q | None = None


CHANNELS = {
    channel.name: channel
    for channel in [
        Channel(""),
        Channel("mail", Q(kind=Message.Kind.WORDS) & ~Q(audience=Message.Audience.INTERNAL)),
        Channel("call", Q(kind=Message.Kind.CALL)),
        Channel("visit", Q(kind=Message.Kind.VISIT)),
        Channel("note", Q(audience=Message.Audience.INTERNAL)),
    ]
}


@dataclass(frozen=True)
class Story:
    """`next`: the cursor of the rest, "" at the end."""

    moments: list[Moment] = field(default_factory=list)
    next: str = ""


def of(contact: Contact, agent: Agent, *, before: str = "", channel: str = "") -> Story:
    """One page. Five questions at most, whatever its length; nothing the agent may not see."""
    chosen, place = CHANNELS.get(channel, CHANNELS[""]), read(before)
    found = said(contact, agent, chosen, place) + said_elsewhere(contact, agent, chosen, place)
    if chosen.messages is None:
        found += opened(contact, agent, place) + happened(contact, place)
    found.sort(key=lambda moment: moment.place, reverse=True)
    more, moments = len(found) > PAGE, found[:PAGE]
    return Story(moments, written(moments[-1]) if more else "")


def written(moment: Moment) -> str:
    return f"{moment.at.astimezone(UTC):{CURSOR}}-{moment.rank}-{moment.pk}"


def read(cursor: str) -> tuple[datetime, int, int] | None:
    moment, _, rest = cursor.partition("-")
    rank, _, pk = rest.partition("-")
    try:
        return datetime.strptime(moment, CURSOR).replace(tzinfo=UTC), int(rank), int(pk)
    except ValueError:
        return None


def page_of(rows: QuerySet, time: str, rank: int, place: tuple[datetime, int, int] | None) -> QuerySet:
    """Newest first, only those below a place."""
    if place:
        at, its_rank, pk = place
        below = Q(**{f"{time}__lt": at})
        if rank <= its_rank:
            below |= Q(**{time: at}) & (Q(pk__lt=pk) if rank == its_rank else Q())
        rows = rows.filter(below)
    return rows.order_by(f"-{time}", "-pk")[: PAGE + 1]


MESSAGE = ("pk", "received_at", "kind", "minutes", "direction", "audience", "conversation_id", "conversation__subject", "inbox__kind", "agent__name", "text_begins")  # fmt: skip


def messages(rows: QuerySet, agent, chosen: Channel, rank: int, place) -> list[Moment]:
    seen = rows.filter(conversation__in=Conversation.objects.visible_to(agent).values("pk"))
    if chosen.messages is not None:
        seen = seen.filter(chosen.messages)
    seen = seen.annotate(text_begins=Substr("visible_text", 1, SNIPPET))
    return [moment_of(row, rank, agent) for row in page_of(seen, "received_at", rank, place).values(*MESSAGE)]


def moment_of(row: dict, rank: int, agent) -> Moment:
    is_note = row["audience"] == Message.Audience.INTERNAL
    words = "note" if is_note else "letter"
    return Moment(
        row["received_at"], rank, row["pk"],
        what=words if row["kind"] == Message.Kind.WORDS else row["kind"],
        number=FIRST_NUMBER + row["conversation_id"],
        about=personal(row["conversation__subject"], agent),
        text=personal(row["text_begins"], agent),
        who=row["agent__name"] or "",
        is_inbound=row["direction"] == Message.Direction.IN,
        minutes=row["minutes"] or 0,
        channel=row["inbox__kind"] or "",
        message=row["pk"],
    )  # fmt: skip


def said(contact: Contact, agent, chosen: Channel, place) -> list[Moment]:
    return messages(Message.objects.filter(of_contact(contact.pk)), agent, chosen, SAID, place)


def said_elsewhere(contact: Contact, agent, chosen: Channel, place) -> list[Moment]:
    """In conversations of others, where they took part."""
    return messages(Message.objects.filter(elsewhere(contact.pk)), agent, chosen, SAID_ELSEWHERE, place)


def opened(contact: Contact, agent, place) -> list[Moment]:
    theirs = Conversation.objects.visible_to(agent).alive().filter(contact=contact)
    rows = page_of(theirs, "created_at", OPENED, place)
    return [
        Moment(one.created_at, OPENED, one.pk, "opened", one.number, personal(one.subject, agent))
        for one in rows
    ]


def happened(contact: Contact, place) -> list[Moment]:
    """What was corrected about the customer; who did it by name."""
    events = Event.objects.filter(subject_type="contact", subject_id=contact.pk, type__in=TOLD)
    rows = list(page_of(events, "happened_at", HAPPENED, place))
    actors = {row.actor_id for row in rows if row.actor_type == "agent"}
    names = dict(Agent.objects.filter(pk__in=actors).values_list("pk", "name"))
    return [
        Moment(
            row.happened_at, HAPPENED, row.pk, row.type.partition(".")[2],
            who=names.get(row.actor_id, "") if row.actor_type == "agent" else "",
            channel=row.data.get("kind", ""),
        )
        for row in rows
    ]  # fmt: skip
