"""What a row of the list says of a conversation."""

from collections.abc import Iterable, Mapping

from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Substr
from django.utils.translation import ngettext

from okienko.conversations.models import Conversation, Delivery, Message, Read
from okienko.conversations.models.conversation import FIRST_NUMBER
from okienko.conversations.queues.places import Place, channel_icon
from okienko.ui.personal import WORD, personal

SNIPPET = 120
MOST_UNREAD = 10  # "9+" above nine
MOST_TAGS = 2
COLUMNS = {
    "key": F("pk"),
    "about": F("subject"),
    "state": F("status"),
    "waits": F("waiting_since"),
    "at": F("last_activity_at"),
    "contact_name": F("contact__name"),
    "contact_key": F("contact"),
    "agent_name": F("assignee__name"),
    "agent_photo": F("assignee__photo__sha256"),
    "origin": F("inbox"),
    "via": F("last_message__inbox"),
    "direction": F("last_message__direction"),
    "audience": F("last_message__audience"),
    "last": F("last_message"),
    "snippet": Substr("last_message__visible_text", 1, SNIPPET),
}
PERSONAL = ("name", "about", "snippet")  # may hold addresses
# An address is replaced whole, and cut only then.
LONGER = Substr("last_message__visible_text", 1, 3 * SNIPPET)


class Counted(Subquery):
    """How many rows a subquery has."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def values_of(conversations: QuerySet[Conversation], agent, *also: str) -> QuerySet:
    """The conversations as dicts with the names of COLUMNS, `read_up_to`, `unread`, `sent` and `also`, which are annotated.

    Dicts and not models because templates read them many times faster.
    """
    read = Read.objects.filter(agent=agent.pk, conversation=OuterRef("pk")).values("up_to")[:1]
    theirs = Message.objects.filter(conversation=OuterRef("pk"), direction=Message.Direction.IN)
    new = theirs.filter(pk__gt=Coalesce(OuterRef("read_up_to"), 0)).order_by().values("pk")[:MOST_UNREAD]
    ours = Message.objects.filter(conversation=OuterRef("pk"), direction=Message.Direction.OUT)
    sent = ours.exclude(audience=Message.Audience.INTERNAL).order_by("-received_at", "-pk").values("pk")[:1]
    columns = COLUMNS if agent.may(WORD) else COLUMNS | {"snippet": LONGER}
    asked = When(last_message__direction=Message.Direction.IN, then=Counted(new))
    return conversations.annotate(read_up_to=Subquery(read)).values(
        "read_up_to", *also, unread=Case(asked, default=Value(0)), sent=Subquery(sent), **columns
    )


def dressed(found: list[dict], agent, channels: Mapping[int, Place]) -> list[dict]:
    """The same rows with `number`, `name`, `look`, `unread` as it is written and in words, `state_name`, `channel`
    and its `icon`, `tags` (names, two at most), `more_tags` (the others) and `has_failed`. Two questions.
    """
    tags = _tags_of([row["key"] for row in found])
    failed = _failed([row["sent"] for row in found])
    statuses, is_veiled = dict(Conversation.Status.choices), not agent.may(WORD)
    for row in found:
        row["number"] = str(FIRST_NUMBER + row["key"])  # templates write words faster than figures
        row["name"] = row["contact_name"] or f"#{row['contact_key']}"
        row["look"] = _look(row)
        row["unread"], row["unread_words"] = _written(row["unread"])
        row["state_name"] = statuses[row["state"]]
        row["has_failed"] = row["sent"] in failed
        place = channels.get(row["via"] or row["origin"])
        row["channel"], row["icon"] = (place.name, channel_icon(place.kind)) if place else ("", "inbox")
        if is_veiled:
            row |= {name: personal(row[name], agent)[:SNIPPET] for name in PERSONAL}
        names = tags.get(row["key"], [])
        row["tags"], row["more_tags"] = names[:MOST_TAGS], names[MOST_TAGS:]
    return found


def _look(row: dict) -> str:
    """The classes of a row."""
    unread = " conversation-row--unread" if row["unread"] else ""
    done = " conversation-row--done" if row["state"] == Conversation.Status.RESOLVED else ""
    return f"conversation-row{unread}{done}"


def _written(unread: int) -> tuple[str, str]:
    """As a figure and in words; empty for none."""
    if not unread:
        return "", ""
    figure = str(unread) if unread < MOST_UNREAD else f"{MOST_UNREAD - 1}+"
    return figure, ngettext("%(count)s unread", "%(count)s unread", unread) % {"count": figure}


def _failed(sent: Iterable[int | None]) -> set[int]:
    """Those of our last answers that did not arrive everywhere."""
    states = [Delivery.State.FAILED, Delivery.State.BOUNCED]
    lost = Delivery.objects.filter(recipient__message__in=[pk for pk in sent if pk], state__in=states)
    return set(lost.values_list("recipient__message", flat=True))


def _tags_of(ids: list[int]) -> dict[int, list[str]]:
    links = Conversation.tags.through.objects.filter(conversation__in=ids).order_by("tag__name")
    found: dict[int, list[str]] = {}
    for pk, name in links.values_list("conversation_id", "tag__name"):
        found.setdefault(pk, []).append(name)
    return found
