"""How often one address may post: enough for an office behind one line, too little for guessing passwords.

The counts live in this process. Several processes behind one proxy allow that many times as much.
"""

import ipaddress
import math
import time
from dataclasses import dataclass, field

from django.conf import settings

READS = {"GET", "HEAD", "OPTIONS"}
MOST_ADDRESSES = 20_000


@dataclass
class Buckets:
    """`burst` acts at once for each key, then `per_minute`."""

    burst: int
    per_minute: float
    clock: object = time.monotonic
    _levels: dict = field(default_factory=dict)

    def wait(self, key: str) -> int:
        """Takes one act of this key: 0 when it may go on, otherwise the whole seconds until it may."""
        now = self.clock()
        level, since = self._levels.get(key, (self.burst, now))
        level = min(self.burst, level + (now - since) * self.per_minute / 60)
        if level < 1:
            return math.ceil((1 - level) * 60 / self.per_minute)
        if key not in self._levels and len(self._levels) >= MOST_ADDRESSES:
            self._forget_rested(now)
        self._levels[key] = (level - 1, now)
        return 0

    def _forget_rested(self, now: float):
        """Forgets who has a full bucket again; when nobody has, everybody: memory is worth more than memory of them."""
        rest = self.burst * 60 / self.per_minute
        self._levels = {key: seen for key, seen in self._levels.items() if now - seen[1] < rest}
        if len(self._levels) >= MOST_ADDRESSES:
            self._levels.clear()


class Limits:
    """Rates for signing in and for everything else that changes something."""

    def __init__(self, sign_in: str, clock=time.monotonic):
        self.sign_in = sign_in
        self.signing_in = Buckets(burst=10, per_minute=10, clock=clock)
        self.posting = Buckets(burst=120, per_minute=600, clock=clock)

    def wait(self, scope: dict) -> int:
        """Seconds this request is too early, 0 when it may pass."""
        if scope["method"] in READS:
            return 0
        key = network((scope.get("client") or ("",))[0])
        signs_in = scope["path"].rstrip("/") == self.sign_in.rstrip("/")
        return (self.signing_in if signs_in else self.posting).wait(key)


def network(address: str) -> str:
    """What one customer of a provider holds: the address itself, or the /64 of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004 - the name of the protocol
        return address
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed.packed[:8] + bytes(8), 64)))


def with_client(scope: dict) -> dict:
    """The scope with the address of the real client when OKIENKO_BEHIND_PROXY says that a proxy tells it.

    The last entry of X-Forwarded-For is what our proxy saw; the entries before it are the client's own words.
    """
    if not settings.SECURE_PROXY_SSL_HEADER:
        return scope
    told = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    address = told[-1].decode("latin-1").rsplit(",", 1)[-1].strip() if told else ""
    return {**scope, "client": (address, 0)} if address else scope
