"""Pictures that letters name by addresses elsewhere: which we have, and who let them be shown."""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from django.core import signing
from django.utils import timezone

from okienko.accounts.models import Agent
from okienko.conversations.models import Message, RemotePicture
from okienko.files import links

SALT = "okienko.pictures"
ONCE = timedelta(hours=1)  # how long "show this time" holds
TRY_AGAIN = timedelta(hours=1)


def key(address: str) -> str:
    return sha256(address.encode()).hexdigest()


def settled(addresses: Iterable[str]) -> dict[str, RemotePicture]:
    """Address → what came of fetching it. What failed long ago is left out: it is worth another try."""
    by_key = {key(address): address for address in addresses}
    rows = RemotePicture.objects.filter(key__in=by_key).select_related("blob")
    late = timezone.now() - TRY_AGAIN
    return {by_key[row.key]: row for row in rows if row.blob or row.fetched_at > late}


def shown(known: dict[str, RemotePicture]) -> dict[str, str]:
    """Address elsewhere → our address of the same picture, where we have it."""
    return {
        address: links.address(row.blob, f"{row.key[:8]}", inline=True)
        for address, row in known.items()
        if row.blob
    }


def permit(message: Message, agent: Agent) -> str:
    """What lets this agent see the pictures of this letter for a while."""
    return signing.dumps([message.pk, agent.pk], salt=SALT)


def are_permitted(message: Message, agent: Agent, permit: str) -> bool:
    """By the agent just now, or by somebody for all letters of this sender."""
    if message.sender and message.sender.shows_pictures:
        return True
    try:
        return signing.loads(permit, salt=SALT, max_age=ONCE) == [message.pk, agent.pk]
    except signing.BadSignature:
        return False
