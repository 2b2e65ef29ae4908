"""Which browsers were here lately. Gathered in memory, brought in by a thread: no page waits for it.

What one process loses when it is killed is seconds of "last seen"; a browser is known from its next request on.
"""

import logging
import threading
import time
from collections import OrderedDict
from functools import lru_cache
from zoneinfo import available_timezones

from django.conf import settings
from django.db import connection

from okienko.accounts.operations import devices
from okienko.accounts.operations.devices import Sighting
from okienko.events.log import Actor

logger = logging.getLogger(__name__)
ZONE_COOKIE = "okienko_zone"  # okienko/ui/static/ui/js/zone.js
SELDOM = 300.0  # seconds between two sightings of a browser that has nothing new to tell
SOON = 5.0  # seconds until they are brought in
MOST = 20_000


class Register:
    """The sightings of one process."""

    def __init__(self):
        self._noted: OrderedDict[str, tuple[float, str]] = OrderedDict()  # session key → when, place
        self._waiting: dict[str, Sighting] = {}
        self._lock = threading.Lock()

    def note(self, sighting: Sighting) -> bool:
        """True when it was worth noting: the first one here for SELDOM, or from another place."""
        now, key = time.monotonic(), sighting.session_key
        with self._lock:
            at, place = self._noted.get(key, (-SELDOM, ""))
            if now - at < SELDOM and sighting.place in {"", place}:
                return False
            self._noted[key] = now, sighting.place
            self._noted.move_to_end(key)
            while len(self._noted) > MOST:
                self._noted.popitem(last=False)
            self._waiting[key] = sighting
            return True

    def bring_in(self):
        """Write what waits. A write that fails is tried again with the next."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        if not waiting:
            return
        try:
            devices.bring_in(waiting.values())
        except Exception:
            with self._lock:
                self._waiting = waiting | self._waiting
            raise


register = Register()


class Clerk(threading.Thread):
    """Brings in the sightings of this process until stopped."""

    def __init__(self):
        super().__init__(name="clerk", daemon=True)
        self.stopping = threading.Event()

    def run(self):
        while not self.stopping.wait(SOON):
            self.bring_in()
        self.bring_in()
        connection.close()

    def bring_in(self):
        try:
            register.bring_in()
        except Exception:
            logger.exception("sightings of browsers could not be brought in; trying again")
            connection.close()

    def stop(self):
        self.stopping.set()
        self.join(3)


def start() -> Clerk:
    clerk = Clerk()
    clerk.start()
    return clerk


class KnownBrowsers:
    """Middleware: lists a browser at signing in, notes that it was here, and takes it off when it signs out."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        before, agent = key_of(request), request.user
        is_news = bool(before) and register.note(sighting_of(request, before))
        response = self.get_response(request)
        after = key_of(request)
        if before and before == after:
            if is_news:
                prolong(request, response)
        elif after:
            self.came(request, before, after)
        elif before:
            devices.forget(before, actor=Actor.agent(agent), why="left")
        return response

    def came(self, request, before: str, after: str):
        """Somebody signed in, or their session got another key."""
        if before:
            devices.move(before, after)
        else:
            devices.remember(sighting_of(request, after))


def key_of(request) -> str:
    """The key of the signed-in session; "" when nobody is signed in."""
    if not request.user.is_authenticated:
        return ""
    if not request.session.session_key:
        request.session.save()
    return request.session.session_key


def sighting_of(request, session_key: str) -> Sighting:
    zone = request.COOKIES.get(ZONE_COOKIE, "")
    return Sighting(
        session_key=session_key,
        agent_id=request.user.pk,
        user_agent=request.headers.get("User-Agent", ""),
        place=zone if zone in zones() else "",
    )


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


def prolong(request, response):
    """The cookie lasts as long as the session goes on: IDLE from now."""
    if request.session.get_expire_at_browser_close() or settings.SESSION_COOKIE_NAME in response.cookies:
        return
    response.set_cookie(
        settings.SESSION_COOKIE_NAME,
        request.session.session_key,
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )
