"""Pictures of pictures: made once, kept for ever, shown instead of what strangers sent."""

import json
from threading import BoundedSemaphore

from okienko.files import store
from okienko.files.models import Blob, Rendition
from okienko.lib import confined

AT_ONCE = 2  # so many pages may wait for a picture to be made; others are told to ask again
PATIENCE = 0.3  # seconds
SECONDS = 12
_places = BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """Others are being made: ask again in a second."""


def rendition(blob: Blob, kind: str) -> Rendition:
    """The picture of this kind, made now when nobody has asked for it before. Its `trouble` says why it has none. Busy.

    It may take seconds: never ask inside a transaction.
    """
    known = Rendition.objects.filter(original=blob, kind=kind).select_related("blob").first()
    return known or make(blob, kind)


def make(blob: Blob, kind: str) -> Rendition:
    if not _places.acquire(timeout=PATIENCE):
        raise Busy
    try:
        said, picture = _painted(blob, Rendition.SIDES[kind])
    finally:
        _places.release()
    found = {name: said[name] for name in ("width", "height", "has_place", "trouble") if name in said}
    found["blob"] = store.store(picture) if picture else None
    return Rendition.objects.update_or_create(original=blob, kind=kind, defaults=found)[0]


def _painted(blob: Blob, side: int) -> tuple[dict, bytes]:
    try:
        answer = confined.run("okienko.files.painting", str(blob.path), str(side), seconds=SECONDS)
    except confined.Failed as failed:
        return {"trouble": str(failed)}, b""
    head, _, picture = answer.partition(b"\n")
    return json.loads(head), picture
