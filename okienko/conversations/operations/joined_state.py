"""Where two conversations stand once they are one, and where each stands when they are two again."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from okienko.conversations.models import Conversation, Episode, Message
from okienko.inboxes.channel import HOLDS_BACK

Status = Conversation.Status
STANDING = ("status", "resolved_at", "waiting_since", "first_reply_at")
ACTIVITY = ("last_message_id", "last_activity_at")
FIELDS = (*STANDING, *ACTIVITY)
RANK = {Status.OPEN: 2, Status.WAITING: 1}  # the one that asks more of us wins


def written(conversation: Conversation) -> dict[str, Any]:
    """The fields that a join changes, as JSON keeps them."""
    values = {name: getattr(conversation, name) for name in FIELDS}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def read_into(conversation: Conversation, kept: dict[str, Any], names: tuple[str, ...]):
    for name in names:
        value = kept[name]
        is_time = name.endswith(("_at", "_since")) and value
        setattr(conversation, name, datetime.fromisoformat(value) if is_time else value)


def unite(source: Conversation, target: Conversation, *, at: datetime) -> dict[str, Any]:
    """Set the fields of both, not yet saved; the source is settled. Returns what is needed to part them again."""
    kept: dict[str, Any] = {"source": written(source), "target": written(target)}
    kept["newest"] = newest_key(source, target)
    own = Episode.objects.filter(conversation=source, resolved_at=None).order_by("pk")
    kept["episodes"] = list(own.values_list("pk", flat=True))
    opened_at = own.values_list("opened_at", flat=True).first() or at
    Episode.objects.filter(pk__in=kept["episodes"]).update(resolved_at=at)
    kept["made"] = stand_together(source, target, opened_at=opened_at)
    last = [each.last_message for each in (source, target) if each.last_message]
    target.last_message = max(last, key=lambda one: (one.received_at, one.pk), default=None)
    target.last_activity_at = max(source.last_activity_at, target.last_activity_at)
    source.status, source.resolved_at, source.waiting_since, source.last_message = (
        Status.RESOLVED, at, None, None,
    )  # fmt: skip
    kept["joined"] = written(target)
    return kept


def newest_key(*conversations: Conversation) -> int:
    ids = Message.objects.filter(conversation__in=conversations).order_by("-pk")
    return ids.values_list("pk", flat=True).first() or 0


def stand_together(source: Conversation, target: Conversation, *, opened_at: datetime) -> list[int]:
    """The target takes over what is owed. Returns the key of the episode that begins, if one does."""
    asks_more = RANK.get(Status(source.status), 0) > RANK.get(Status(target.status), 0)
    waiting = [each.waiting_since for each in (source, target) if each.status == Status.OPEN]
    if not asks_more:
        if target.status == Status.OPEN:
            target.waiting_since = min(filter(None, waiting), default=None)
        return []
    was_resolved = target.status == Status.RESOLVED
    target.status, target.waiting_since = source.status, source.waiting_since
    if not was_resolved:
        return []
    target.resolved_at, target.first_reply_at = None, source.first_reply_at
    # The newest of its episodes is the current one, also when the other matter is the older.
    last = target.episodes.order_by("-opened_at").values_list("opened_at", flat=True).first()
    opened_at = max(opened_at, last or opened_at)
    episode = Episode.objects.create(
        conversation=target, opened_at=opened_at, first_reply_at=source.first_reply_at
    )
    return [episode.pk]


def part(source: Conversation, target: Conversation, kept: dict[str, Any]):
    """Set the fields of both again, not yet saved, after the rows went back. What happened since stays."""
    read_into(source, kept["source"], FIELDS)
    Episode.objects.filter(pk__in=kept["episodes"]).update(resolved_at=None)
    now, joined = written(target), kept["joined"]
    if is_same(now, joined, STANDING) and not said_since(target, kept["newest"]):
        read_into(target, kept["target"], STANDING)
        Episode.objects.filter(pk__in=kept["made"]).delete()
    elif target.status == Status.OPEN:
        target.waiting_since = unanswered_since(target) or target.waiting_since
    if is_same(now, joined, ACTIVITY):
        read_into(target, kept["target"], ACTIVITY)
        return
    target.last_message = target.messages.order_by("-received_at", "-pk").first()
    times = [target.created_at, *([target.last_message.received_at] if target.last_message else [])]
    target.last_activity_at = max(times)


def is_same(one: dict, other: dict, names: tuple[str, ...]) -> bool:
    return all(one[name] == other[name] for name in names)


def said_since(conversation: Conversation, newest: int) -> bool:
    """Did anybody write, in public, after the message of this key? Machines do not count."""
    later = conversation.messages.filter(pk__gt=newest).exclude(audience=Message.Audience.INTERNAL)
    return later.exclude(automatic__in=HOLDS_BACK).exists()


def unanswered_since(conversation: Conversation) -> datetime | None:
    """When the oldest letter came that nobody has answered in public."""
    public = conversation.messages.exclude(audience=Message.Audience.INTERNAL)
    answer = public.filter(direction=Message.Direction.OUT).order_by("-received_at").first()
    later = Q(received_at__gt=answer.received_at) if answer else Q()
    letters = public.filter(later, direction=Message.Direction.IN).exclude(automatic__in=HOLDS_BACK)
    return letters.order_by("received_at").values_list("received_at", flat=True).first()
