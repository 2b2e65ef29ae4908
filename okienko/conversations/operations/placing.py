"""Which conversation does an arrival belong to? One rule for all channels, asked in this order.

Each rule returns a conversation's id with the reason that will be stored on the message and shown,
or None. Nothing that is not listed here joins by itself.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.utils import timezone

from okienko.contacts.models import Identity
from okienko.conversations.addressing import conversation_in_address, conversations_in_subject, order_numbers
from okienko.conversations.models import Conversation, Message, Participant, ThreadKey
from okienko.conversations.operations.locking import locked
from okienko.inboxes.channel import HOLDS_BACK, Abilities, Automatic, Inbound
from okienko.inboxes.models import Inbox
from okienko.lib import rows

Reason = Message.Reason
OURS = ThreadKey.Kind.OURS
ROBOT_NAMES = {
    "noreply",
    "no-reply",
    "donotreply",
    "do-not-reply",
    "nie-odpowiadaj",
    "nieodpowiadaj",
    "powiadomienia",
    "notifications",
    "notification",
}


@dataclass(frozen=True)
class Found:
    """What a rule says: a conversation's id, and why."""

    pk: int
    reason: str


@dataclass(frozen=True)
class Place:
    """Where a message goes. `conversation` None: a new one; `continues`: the old one it answers.

    `takes_part`: the sender was part of it before this message.
    """

    conversation: Conversation | None
    reason: str
    takes_part: bool = True
    continues: Conversation | None = None


@dataclass
class Question:
    """One arrival, looked at once: what all rules need to know."""

    inbox: Inbox
    inbound: Inbound
    sender: Identity
    abilities: Abilities

    @cached_property
    def addressed(self) -> list[str]:
        named = [party.value for party in self.inbound.recipients]
        return [*self.inbound.delivered_to, *named]

    @cached_property
    def quoted_ids(self) -> list[str]:
        return list(dict.fromkeys([*self.inbound.in_reply_to, *reversed(self.inbound.references)]))

    @cached_property
    def all_ids(self) -> list[str]:
        """Every id the letter names, its own included: a parent may come after its child."""
        return list(dict.fromkeys([key for key in [self.inbound.external_id, *self.quoted_ids] if key]))

    @cached_property
    def keys(self) -> dict[str, list[tuple[str, int]]]:
        """id → (kind of key, conversation id) of the stored keys, those of the newest conversation first."""
        by_id: dict[str, list[tuple[str, int]]] = {}
        if self.all_ids:
            names, kinds = ["key", "kind", "conversation_id"], [OURS, ThreadKey.Kind.THEIRS]
            found = rows.values(
                ThreadKey, names, kind__in=kinds, key__in=self.all_ids, tail=" ORDER BY conversation_id DESC"
            )
            for key, kind, pk in found:
                by_id.setdefault(key, []).append((kind, pk))
        return by_id

    @cached_property
    def roles(self) -> dict[int, str | None]:
        """Conversation id → the sender's role in it, as far as asked."""
        return {}

    def role_in(self, pk: int) -> str | None:
        if pk not in self.roles:
            found = rows.values(Participant, ["role"], conversation_id=pk, identity_id=self.sender.pk)
            self.roles[pk] = found[0][0] if found else None
        return self.roles[pk]

    def takes_part(self, pk: int) -> bool:
        """The sender's address is among the participants, or is another proven address of the customer."""
        if self.role_in(pk) is not None:
            return True
        contact = self.sender.contact_id
        return self.sender.is_verified and Conversation.objects.filter(pk=pk, contact=contact).exists()


def answers_our_address(question: Question) -> Found | None:
    for address in question.addressed:
        pk = conversation_in_address(address)
        if pk and (found := living(pk)):
            return Found(found, Reason.OUR_ADDRESS)
    return None


def answers_our_message(question: Question) -> Found | None:
    for quoted in question.quoted_ids:
        for kind, pk in question.keys.get(quoted, []):
            if kind == OURS:
                return Found(pk, Reason.OUR_MESSAGE)
    return None


def continues_known_thread(question: Question) -> Found | None:
    for quoted in [*question.quoted_ids, question.inbound.external_id]:
        for _, pk in question.keys.get(quoted, []):
            if question.takes_part(pk):
                return Found(pk, Reason.KNOWN_THREAD)
    return None


def names_its_number(question: Question) -> Found | None:
    # Who passes on a letter quotes its subject without answering it.
    if question.inbound.forwarded:
        return None
    for pk in conversations_in_subject(question.inbound.subject):
        found = living(pk)
        if found and question.takes_part(found):
            return Found(found, Reason.NUMBER)
    return None


def robot_about_an_order(question: Question) -> Found | None:
    keys = order_keys(question.sender, question.inbound)
    if not keys:
        return None
    known = ThreadKey.objects.filter(kind=ThreadKey.Kind.ORDER, key__in=keys)
    closed = [Conversation.Status.RESOLVED, Conversation.Status.SPAM, Conversation.Status.TRASHED]
    alive = known.exclude(conversation__status__in=closed).order_by("-conversation_id")
    pk = alive.values_list("conversation_id", flat=True).first()
    return Found(pk, Reason.ORDER) if pk else None


def order_keys(sender: Identity, inbound: Inbound) -> list[str]:
    """Keys of a robot's letter about an order: its address and the number. Empty for people."""
    robot = sender.is_relay or inbound.automatic == Automatic.GENERATED
    robot = robot or sender.value.partition("@")[0].partition("+")[0] in ROBOT_NAMES
    return [f"{sender.value}|{number}" for number in order_numbers(inbound.subject)] if robot else []


def continues_on_channel(question: Question) -> Found | None:
    if question.abilities.threads:
        return None
    theirs = Conversation.objects.filter(participants__identity=question.sender)
    on_channel = theirs.filter(messages__inbox__kind=question.inbox.kind).order_by("-last_activity_at", "-pk")
    pk = on_channel.values_list("pk", flat=True).first()
    return Found(pk, Reason.CHANNEL) if pk else None


RULES = [
    answers_our_address,
    answers_our_message,
    continues_known_thread,
    names_its_number,
    robot_about_an_order,
    continues_on_channel,
]


def place(question: Question) -> Place:
    """Where the arrival goes; a new conversation when no rule speaks, or when the old one rests too long.

    The conversation comes locked: two letters may arrive for it at once.
    """
    found = next((found for rule in RULES if (found := rule(question))), None)
    if found is None:
        return Place(None, Reason.NEW)
    conversation = final(locked(found.pk))
    takes_part = question.takes_part(conversation.pk)
    if rests_too_long(conversation, question):
        return Place(None, Reason.CONTINUES, takes_part, continues=conversation)
    return Place(conversation, found.reason, takes_part)


def final(conversation: Conversation) -> Conversation:
    """Follow joins to the conversation that lives on; a locked one from one lock to the next."""
    while conversation.merged_into_id is not None:  # a circle of joins cannot be made (joining.py)
        conversation = locked(conversation.merged_into_id)
    return conversation


def living(pk: int) -> int | None:
    """The key of the conversation that lives on, as far as anybody knows without a lock; None when there is none."""
    while found := rows.values(Conversation, ["merged_into_id"], pk=pk):
        if found[0][0] is None:
            return pk
        pk = found[0][0]
    return None


def rests_too_long(conversation: Conversation, question: Question) -> bool:
    """Resolved longer ago than the channel's window, so that a person's letter is a new matter."""
    if not conversation.is_resolved or conversation.resolved_at is None:
        return False
    if question.inbound.automatic in HOLDS_BACK:
        return False
    return conversation.resolved_at < timezone.now() - timedelta(days=question.abilities.reopen_days)


def may_belong_to(conversation: Conversation, *, days: int = 30, most: int = 3) -> list[int]:
    """Ids of other open or recent conversations of the same contact, newest first: an agent may join them."""
    named = ["pk", "status", "merged_into_id", "last_activity_at"]
    newest = " ORDER BY last_activity_at DESC LIMIT 20"
    theirs = rows.values(Conversation, named, contact_id=conversation.contact_id, tail=newest)
    hidden = {Conversation.Status.SPAM, Conversation.Status.TRASHED}
    since = conversation.created_at - timedelta(days=days)
    return [
        pk
        for pk, status, merged_into, at in theirs
        if pk != conversation.pk and status not in hidden and merged_into is None and at >= since
    ][:most]
