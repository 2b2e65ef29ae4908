"""Pictures from elsewhere: who let them load, and fetching them."""

import time
from concurrent.futures import ThreadPoolExecutor

from django.db import transaction
from django.utils import timezone

from okienko.accounts.models import Agent
from okienko.contacts.models import Identity
from okienko.conversations import letter_page, pictures
from okienko.conversations.events import PicturesAllowed, PicturesForbidden
from okienko.conversations.models import Message, RemotePicture
from okienko.events.log import Actor, record
from okienko.files import dimensions, sniff, store
from okienko.lib import http_get

ACCEPTED = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif")
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 20_000_000
SECONDS, SECONDS_IN_ALL = 8, 24  # for one picture, for those of a letter
AT_ONCE = 6


@transaction.atomic
def let_pictures_load(message: Message, agent: Agent, *, load: bool):
    """Pictures in all letters of this letter's sender load from now on, or no longer do."""
    if message.sender_id is None:
        return
    changed = Identity.objects.filter(pk=message.sender_id, shows_pictures=not load)
    if not changed.update(shows_pictures=load):
        return
    fact = PicturesAllowed if load else PicturesForbidden
    record(
        fact(conversation_id=message.conversation_id, message_id=message.pk, identity_id=message.sender_id),
        actor=Actor.agent(agent),
    )


def fetch_pictures(html: str, *, reach: http_get.Reach = http_get.PUBLIC):
    """Have all pictures that this letter names, or write down why one could not be had. Those we have are not asked for."""
    named = letter_page.letter(html, {}).pictures
    known = pictures.settled(named)
    wanted = [address for address in named if address not in known]
    until = time.monotonic() + SECONDS_IN_ALL
    with ThreadPoolExecutor(AT_ONCE) as threads:  # they know no database
        for address, data, trouble in threads.map(lambda one: fetched(one, reach, until), wanted):
            keep(address, data, trouble)


def fetched(address: str, reach: http_get.Reach, until: float) -> tuple[str, bytes, str]:
    """(address, the picture's bytes, "") or (address, b"", why not). `until`: when to stop, on the monotonic clock."""
    seconds = min(SECONDS, until - time.monotonic())
    if seconds <= 0:
        return address, b"", "late"
    accept = ", ".join(ACCEPTED)
    try:
        data = http_get.fetched(address, accept=accept, most_bytes=MOST_BYTES, seconds=seconds, reach=reach)
    except http_get.Refused as refused:
        return address, b"", str(refused)
    return (address, b"", trouble) if (trouble := unfit(data)) else (address, data, "")


def unfit(data: bytes) -> str:
    """Why these bytes are not shown, "" when they are: by what they are, whatever their server says."""
    if sniff.content_type(data[:64]) not in ACCEPTED:
        return "kind"
    size = dimensions.pixels(data)
    if size is None:
        return "kind"
    return "" if size[0] * size[1] <= MOST_PIXELS else "pixels"


def keep(address: str, data: bytes, trouble: str):
    blob = store.store(data) if data else None
    RemotePicture.objects.update_or_create(
        key=pictures.key(address), defaults={"blob": blob, "trouble": trouble, "fetched_at": timezone.now()}
    )
