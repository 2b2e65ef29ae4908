"""Two conversations that were one matter: everything of one goes to the other, and back while that is exact.

Whatever comes for the joined one later – to its number, its signed address, an answer to one of its letters – lands where
it went (placing.py). Who answers there answers the letter in front of them: nobody gets what they were not sent.
"""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from okienko.accounts.models import Agent
from okienko.conversations.events import (
    ConversationJoined,
    ConversationJoinedTo,
    ConversationSeparated,
    ConversationSeparatedFrom,
)
from okienko.conversations.models import Conversation, Joining, Message, Participant
from okienko.conversations.operations import joined_rows, joined_state
from okienko.conversations.operations.assigning import release_from_who_left
from okienko.conversations.operations.locking import hold, locked
from okienko.events.log import Actor, record

UNDONE_WITHIN = timedelta(days=30)
CHANGED = ("merged_into", "status", "resolved_at", "waiting_since", "first_reply_at", "last_message", "last_activity_at")  # fmt: skip


class CannotJoin(Exception):
    """The text says why: itself, joined (one of them is part of another already), set_aside (spam or trash)."""


class CannotSeparate(Exception):
    """The text says why: late, further (joined on since), changed (a message is no longer there)."""


@transaction.atomic
def join(source: Conversation, target: Conversation, *, agent: Agent) -> Joining:
    """Everything of `source` goes to `target`. The same again changes nothing. CannotJoin."""
    one_at_a_time()
    if source.pk == target.pk:
        raise CannotJoin("itself")
    # Nobody else joins meanwhile, so these two can be looked at before they are locked.
    places = dict(Conversation.objects.filter(pk__in=[source.pk, target.pk]).values_list("pk", "merged_into"))
    if places[source.pk] == target.pk:
        return Joining.objects.get(source=source, target=target, undone_at=None)
    if any(places.values()):
        raise CannotJoin("joined")
    # From the joined one to where it goes: the order in which a letter follows.
    source, target = locked(source.pk), locked(target.pk)
    if source.is_set_aside or target.is_set_aside:
        raise CannotJoin("set_aside")
    return united(source, target, agent)


def united(source: Conversation, target: Conversation, agent: Agent) -> Joining:
    now, actor = timezone.now(), Actor.agent(agent)
    reads = joined_rows.join_reads(source, target)
    state = joined_state.unite(source, target, at=now)
    moved = joined_rows.carry(source, target)
    strangers = as_somebody_else(source, target, moved["participant"])
    source.merged_into = target
    for each in (source, target):
        each.save(update_fields=CHANGED)
    kept = moved | {"reads": reads, "state": state, "strangers": strangers}
    joining = Joining.objects.create(source=source, target=target, agent=agent, joined_at=now, moved=kept)
    if state["made"]:
        release_from_who_left(target, actor=actor)
    record(ConversationJoined(conversation_id=target.pk, other_id=source.pk), actor=actor)
    record(ConversationJoinedTo(conversation_id=source.pk, other_id=target.pk), actor=actor)
    return joining


def as_somebody_else(source: Conversation, target: Conversation, ids: list[int]) -> list[int]:
    """Another person's address is no customer of the target: it is answered alone, and told so beside its letters."""
    if source.contact_id == target.contact_id:
        return []
    customers = Participant.objects.filter(pk__in=ids, role=Participant.Role.CUSTOMER)
    strangers = list(customers.order_by("pk").values_list("pk", flat=True))
    customers.update(role=Participant.Role.OTHER)
    return strangers


@transaction.atomic
def separate(joining: Joining, *, agent: Agent):
    """Undo a join: exactly the rows that went go back; what came since stays. Twice changes nothing. CannotSeparate."""
    one_at_a_time()
    joining = Joining.objects.select_for_update().get(pk=joining.pk)
    if joining.undone_at:
        return
    remembered = taking_part(joining.moved)
    hold(one.identity.value for one in remembered)  # no letter of theirs is being placed meanwhile
    now, actor = timezone.now(), Actor.agent(agent)
    source, target = locked(joining.source_id), locked(joining.target_id)
    if why := why_not(joining, source, target):
        raise CannotSeparate(why)
    joined_rows.bring_back(joining.moved, target, source)
    stay_with_their_letters(remembered, target, newest=joining.moved["state"]["newest"])
    Participant.objects.filter(pk__in=joining.moved["strangers"]).update(role=Participant.Role.CUSTOMER)
    joined_rows.part_reads(joining.moved["reads"])
    joined_state.part(source, target, joining.moved["state"])
    source.merged_into, source.contact_id = None, whose(source)
    for each in (source, target):
        each.save(update_fields=[*CHANGED, "contact"])
    joining.undone_at = now
    joining.save(update_fields=["undone_at"])
    record(ConversationSeparated(conversation_id=target.pk, other_id=source.pk), actor=actor)
    record(ConversationSeparatedFrom(conversation_id=source.pk, other_id=target.pk), actor=actor)


def why_not(joining: Joining, source: Conversation, target: Conversation) -> str:
    """Why a join can no longer be undone; "" when it can."""
    if joining.joined_at < timezone.now() - UNDONE_WITHIN:
        return "late"
    if target.merged_into_id or source.merged_into_id != target.pk:
        return "further"
    return "" if joined_rows.is_all_there(joining.moved, target) else "changed"


def whose(conversation: Conversation) -> int:
    """The contact of its customers: their address may have been given to another one while it was away."""
    customers = conversation.participants.filter(role=Participant.Role.CUSTOMER).order_by("pk")
    contacts = list(customers.values_list("identity__contact", flat=True))
    return conversation.contact_id if conversation.contact_id in contacts or not contacts else contacts[0]


def taking_part(moved: dict) -> list[Participant]:
    """Who takes part by the join, in the role they have there."""
    return list(Participant.objects.filter(pk__in=moved["participant"]).select_related("identity"))


def stay_with_their_letters(people: list[Participant], target: Conversation, *, newest: int):
    """Who wrote to the target since still takes part there: their next letter must find it."""
    wrote = Message.objects.filter(conversation=target, pk__gt=newest).values_list("sender", flat=True)
    writers = {*wrote} - {None}
    Participant.objects.bulk_create(
        [
            Participant(conversation=target, identity_id=one.identity_id, role=one.role)
            for one in people
            if one.identity_id in writers
        ],
        ignore_conflicts=True,
    )


def one_at_a_time():
    """Joins are seldom; one after another none can close a circle. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(8, 1)")
