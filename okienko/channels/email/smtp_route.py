"""By which server, as whom and how an inbox sends: its settings read once, with what is missing filled in."""

import re
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from okienko.inboxes.channel import ChannelError
from okienko.lib.text import cut, one_line

PORTS = {"none": 25, "starttls": 587, "tls": 465}
TIMEOUT, SHORTEST, LONGEST = 30.0, 0.05, 60.0  # seconds; longer ones would outlast the lease of a sending
_NAME = re.compile(r"[A-Za-z0-9.:_\[\]-]+")

Server = tuple[str, int, str, str, str, str, str]


@dataclass(frozen=True)
class Route:
    """`timeout`: seconds for each step. `auth`: "password" or "oauth"; `secret`: the password or access token."""

    host: str
    port: int
    security: str
    username: str
    secret: str = field(repr=False)
    auth: str
    ehlo: str
    ca_file: str
    timeout: float = field(compare=False)

    @property
    def server(self) -> Server:
        """What shares connections and bad news: everything but the secret."""
        return self.host, self.port, self.security, self.username, self.auth, self.ehlo, self.ca_file

    @property
    def place(self) -> str:
        return f"{self.host}:{self.port}"

    def hurried(self, seconds: float) -> "Route":
        return replace(self, timeout=min(self.timeout, seconds))


def route_of(config: dict, *, sender: str = "") -> Route:
    """ChannelError where the settings cannot work. `sender`: its domain is our name where none is set."""
    security = config.get("security") or "none"
    if security not in PORTS:
        raise ChannelError(
            _("The inbox's kind of encryption is unknown: %s") % cut(one_line(str(security)), 40)
        )
    host = one_line(str(config.get("host") or "")).rstrip(".")
    if not host:
        raise ChannelError(_("The inbox has no mail server to send by."))
    auth, username = config.get("auth") or "password", config.get("username") or ""
    return Route(
        host=host,
        port=_port(config.get("port") or PORTS[security]),
        security=security,
        username=username,
        secret=config.get("access_token" if auth == "oauth" else "password") or "",
        auth=auth,
        ehlo=_own_name(config.get("ehlo") or (sender or username).rpartition("@")[2]),
        ca_file=str(config.get("ca_file") or ""),
        timeout=_seconds(config.get("timeout") or TIMEOUT),
    )


def _port(written: object) -> int:
    try:
        return int(str(written))
    except ValueError:
        raise ChannelError(
            _("The port of the mail server is not a number: %s") % cut(one_line(str(written)), 40)
        ) from None


def _seconds(written: object) -> float:
    try:
        return min(max(float(str(written)), SHORTEST), LONGEST)
    except ValueError:
        return TIMEOUT


def _own_name(written: str) -> str:
    return written if _NAME.fullmatch(written) else "localhost"
