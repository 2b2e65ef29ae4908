"""What an agent needs to know before two conversations become one."""

from dataclasses import dataclass

from okienko.accounts.models import Agent
from okienko.conversations import sight
from okienko.conversations.models import Conversation, Message
from okienko.conversations.operations.answered import last_from_outside
from okienko.conversations.operations.joined_rows import agents_of, cannot_see
from okienko.conversations.operations.replying import addressees
from okienko.inboxes.channel import Role

LATEST = 3


@dataclass(frozen=True)
class Side:
    """One of the two, in short."""

    conversation: Conversation
    count: int
    latest: list[Message]


@dataclass(frozen=True)
class Outlook:
    """What joining comes to. `answers`: whom the next answer reaches; `lost`: colleagues who will not see it any more."""

    answers: list[str]
    is_other_person: bool
    is_other_brand: bool
    is_wider: bool  # people will read it who do not now
    is_narrower: bool
    lost: list[str]


def obstacle(source: Conversation, target: Conversation) -> str:
    """Why they cannot be joined, as CannotJoin says it; "" when they can."""
    if source.pk == target.pk:
        return "itself"
    if source.merged_into_id or target.merged_into_id:
        return "joined"
    return "set_aside" if source.is_set_aside or target.is_set_aside else ""


def side(conversation: Conversation) -> Side:
    rows = conversation.messages.select_related("agent", "sender__contact").defer("html", "text")
    latest = list(rows.order_by("-received_at", "-pk")[:LATEST])
    return Side(conversation, conversation.messages.count(), latest[::-1])


def outlook(source: Conversation, target: Conversation) -> Outlook:
    told = sight.audiences([source.pk, target.pk])
    before, after = told[source.pk], told[target.pk]
    concerned = {*agents_of(source), source.assignee_id} - {None}
    blind = Agent.objects.filter(pk__in=cannot_see(target, concerned), is_active=True)
    return Outlook(
        answers=answered_next(source, target),
        is_other_person=source.contact_id != target.contact_id,
        is_other_brand=source.brand_id != target.brand_id,
        is_wider=is_more(after, before),
        is_narrower=is_more(before, after),
        lost=list(blind.order_by("name").values_list("name", flat=True)),
    )


def is_more(these: sight.Audience, than: sight.Audience) -> bool:
    """Are there people among these who are not among those? None: everybody."""
    if than is None:
        return False
    return these is None or bool(these - than)


def answered_next(source: Conversation, target: Conversation) -> list[str]:
    """The addresses the next answer goes to: those of the newest letter of either."""
    letters = [(each, last_from_outside(each)) for each in (source, target)]
    written = [(letter.received_at, letter.pk, each, letter) for each, letter in letters if letter]
    _at, _pk, chosen, letter = max(written) if written else (None, None, target, None)
    people = addressees(chosen, letter)
    return [one.written or one.address for one in people if one.role == Role.TO]
