"""Fetch what a stranger named, and nothing of ours: the address that is connected to is the one that was checked.

Only http and https, only public addresses on the usual ports, redirects as if they had been named first. No cookies,
no referrer, no word of who asks.
"""

import http.client
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from socket import SHUT_RDWR, socket
from urllib.parse import quote, urljoin, urlsplit

from okienko.lib import net
from okienko.lib.http import refuse_inside_transaction

MOST_REDIRECTS = 3
CONNECT_SECONDS = 5
REDIRECTS = {301, 302, 303, 307, 308}
HEADERS = {"User-Agent": "Mozilla/5.0", "Accept-Encoding": "identity", "Connection": "close"}
USUAL_PORTS = {"http": 80, "https": 443}


class Refused(Exception):
    """Not fetched. The text is one word: "address" (not to be asked), "answer", "size", "unreachable"."""


def public_line(host: str, port: int, timeout: float) -> socket:
    """A connection to a public address of `host`. OSError, of which net.Forbidden is one."""
    return net.connected(host, port, timeout, public_only=True)


@dataclass(frozen=True)
class Reach:
    """How far out we go. `connect(host, port, timeout)`; `ports`: those that may be asked besides the usual one."""

    connect: Callable[[str, int, float], socket] = public_line
    ports: frozenset[int] = frozenset()


PUBLIC = Reach()


def fetched(address: str, *, accept: str, most_bytes: int, seconds: float, reach: Reach = PUBLIC) -> bytes:
    """The body of the answer 200, all within `seconds`. Refused."""
    refuse_inside_transaction()
    until = time.monotonic() + seconds
    for _ in range(MOST_REDIRECTS + 1):
        body, further = _asked(address, accept, most_bytes, max(0, until - time.monotonic()), reach)
        if body is not None:
            return body
        address = urljoin(address, further)
    raise Refused("answer")


def _asked(
    address: str, accept: str, most_bytes: int, seconds: float, reach: Reach
) -> tuple[bytes | None, str]:
    """(body, "") or (None, where else to ask)."""
    scheme, host, port, path = _taken_apart(address, reach)
    try:
        connection = _Connection(host, port, scheme, reach, seconds)
        with connection:
            connection.request("GET", path, headers=HEADERS | {"Accept": accept})
            answer = connection.getresponse()
            if answer.status in REDIRECTS:
                return None, answer.headers.get("Location", "")
            if answer.status != http.client.OK:
                raise Refused("answer")
            body = answer.read(most_bytes + 1)
            connection.insist_on_time()
    except net.Forbidden as error:
        raise Refused("address") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Refused("unreachable") from error
    if len(body) > most_bytes:
        raise Refused("size")
    return body, ""


def _taken_apart(address: str, reach: Reach) -> tuple[str, str, int, str]:
    """Scheme, host, port and path with query. Whatever stands before an @ is left out."""
    try:
        parts = urlsplit(address)
        port = USUAL_PORTS.get(parts.scheme, 0) if parts.port is None else parts.port
        host = (parts.hostname or "").encode("idna").decode() if ":" not in parts.netloc else parts.hostname
    except ValueError as error:
        raise Refused("address") from error
    if parts.scheme not in USUAL_PORTS or not host or port not in {*USUAL_PORTS.values(), *reach.ports}:
        raise Refused("address")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]{}|^")
    return parts.scheme, host, port, f"{path}?{query}" if query else path


class _Connection(http.client.HTTPConnection):
    """One request over a line that was checked; cut when the time is over, however slowly the other side speaks."""

    def __init__(self, host: str, port: int, scheme: str, reach: Reach, seconds: float):
        super().__init__(host, port)
        self.scheme, self.reach, self.seconds = scheme, reach, seconds
        self.default_port = USUAL_PORTS[scheme]  # it stands in the header "Host" when it is another one
        self.wire: socket | None = None  # http.client forgets its own as soon as the answer begins
        self.is_cut = False
        self.clock = threading.Timer(seconds, self._cut)
        self.clock.daemon = True

    def connect(self):
        self.clock.start()
        self.sock = self.wire = self.reach.connect(self.host, self.port, min(CONNECT_SECONDS, self.seconds))
        if self.scheme == "https":
            context = ssl.create_default_context()
            self.sock = self.wire = context.wrap_socket(self.wire, server_hostname=self.host)

    def _cut(self):
        self.is_cut = True
        if self.wire is not None:
            with suppress(OSError):
                self.wire.shutdown(SHUT_RDWR)

    def insist_on_time(self):
        """TimeoutError when the answer is only the part of it that came in time."""
        if self.is_cut:
            raise TimeoutError

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.clock.cancel()
        self.close()
