"""Browsers that are signed in: known since they signed in, signed out from anywhere.

Ordinary requests write nothing here: what they show is gathered in memory (okienko/accounts/browsers.py) and
brought in together, every few minutes for each browser.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from okienko.accounts import user_agents
from okienko.accounts.events import SessionEnded
from okienko.accounts.models import Agent, Device
from okienko.events.log import Actor, record

IDLE = timedelta(seconds=settings.SESSION_COOKIE_AGE)
LONGEST = timedelta(seconds=settings.SESSION_LONGEST_AGE)  # whatever happens, from signing in on
LATE = timedelta(
    hours=1
)  # a device without a session is kept that long: its session may just be changing keys


@dataclass(frozen=True)
class Sighting:
    """A browser was here. `place`: its time zone, "" when it did not say."""

    session_key: str
    agent_id: int
    user_agent: str = ""
    place: str = ""


@transaction.atomic
def remember(sighting: Sighting) -> Device:
    """The browser in which an agent has just signed in."""
    fields = {"agent_id": sighting.agent_id, "seen_at": timezone.now(), **_described(sighting)}
    return Device.objects.update_or_create(session_key=sighting.session_key, defaults=fields)[0]


def _described(sighting: Sighting) -> dict[str, str]:
    place = {"place": sighting.place} if sighting.place else {}
    return {"name": user_agents.named(sighting.user_agent), **place}


@transaction.atomic
def move(old_key: str, new_key: str):
    """The session of a browser goes on under another key, as after a change of the password."""
    Device.objects.filter(session_key=old_key).update(session_key=new_key)


@transaction.atomic
def bring_in(sightings: Iterable[Sighting]):
    """Sessions of browsers that were here go on: they end IDLE after now, LONGEST after they began."""
    now = timezone.now()
    seen = {sighting.session_key: sighting for sighting in sightings}
    alive = Session.objects.filter(pk__in=list(seen), expire_date__gt=now)
    # A session that has ended meanwhile stays ended, and its browser is not listed again.
    keys = list(alive.values_list("pk", flat=True))
    known = {device.session_key: device for device in Device.objects.filter(session_key__in=keys)}
    for key in keys:
        place = seen[key].place
        if key not in known:
            remember(seen[key])
        elif place and place != known[key].place:
            Device.objects.filter(session_key=key).update(place=place)
    devices = Device.objects.filter(session_key__in=keys)
    devices.update(seen_at=now)
    alive.update(expire_date=now + IDLE)
    for device in devices.filter(created_at__lt=now + IDLE - LONGEST):
        Session.objects.filter(pk=device.session_key).update(expire_date=device.created_at + LONGEST)


@transaction.atomic
def forget(session_key: str, *, actor: Actor, why: str = "chosen") -> bool:
    """Sign a browser out, wherever it is. False when nobody was signed in under this key."""
    device = Device.objects.filter(session_key=session_key).first()
    Session.objects.filter(pk=session_key).delete()
    if device is None:
        return False
    fact = SessionEnded(agent_id=device.agent_id, device_id=device.pk, why=why)
    device.delete()
    record(fact, actor=actor)
    return True


@transaction.atomic
def forget_all(agent: Agent, *, actor: Actor, but: str | None = None, why: str = "all") -> int:
    """Sign an agent out everywhere, except where the session key is `but`. The number of browsers."""
    others = agent.devices.exclude(session_key=but or "").values_list("session_key", flat=True)
    return sum(forget(key, actor=actor, why=why) for key in list(others))


@transaction.atomic
def sweep():
    """Sessions that have ended by themselves, and browsers without one, are no longer kept."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    alive = Session.objects.filter(pk=OuterRef("session_key"))
    Device.objects.filter(~Exists(alive), seen_at__lt=now - LATE).delete()
