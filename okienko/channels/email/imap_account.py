"""Which mailbox an inbox fetches from, as whom and how: its settings read once, with what is missing filled in."""

import math
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from okienko.inboxes.source import SourceError, Trouble
from okienko.lib.net import HIGHEST_PORT
from okienko.lib.text import cut, one_line

PORTS = {"tls": 993, "starttls": 143, "none": 143}
TIMEOUT, SHORTEST, LONGEST = 30.0, 0.05, 300.0  # seconds


@dataclass(frozen=True)
class Account:
    """`timeout`: seconds the server may be silent. `secret`: the password, or with `by_token` the access token."""

    host: str
    port: int
    security: str
    username: str
    secret: str = field(repr=False)
    by_token: bool
    ca_file: str
    timeout: float

    @property
    def place(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def is_microsofts(self) -> bool:
        return self._is_of("outlook.com", "office365.com", "hotmail.com", "live.com")

    @property
    def is_googles(self) -> bool:
        return self._is_of("gmail.com", "googlemail.com", "google.com")

    def hurried(self, seconds: float) -> "Account":
        return replace(self, timeout=min(self.timeout, seconds))

    def _is_of(self, *domains: str) -> bool:
        return f".{self.host}".endswith(tuple(f".{domain}" for domain in domains))


def account_of(config: dict) -> Account:
    """SourceError where the settings cannot work."""
    security = config.get("imap_security") or "tls"
    if security not in PORTS:
        raise SourceError(
            Trouble.REFUSED,
            _("The inbox's kind of encryption is unknown: %s") % cut(one_line(str(security)), 40),
        )
    by_token = config.get("auth") == "oauth"
    secret = config.get("access_token") if by_token else config.get("imap_password") or config.get("password")
    return Account(
        host=_host(config.get("imap_host")),
        port=_port(config.get("imap_port") or PORTS[security]),
        security=security,
        username=str(config.get("imap_username") or config.get("username") or ""),
        secret=str(secret or ""),
        by_token=by_token,
        ca_file=str(config.get("ca_file") or ""),
        timeout=_seconds(config.get("timeout")),
    )


def _host(written: object) -> str:
    """As certificates have it: lower case, ASCII, without the dot at the end."""
    host = one_line(str(written or "")).rstrip(".").lower()
    if not host:
        raise SourceError(Trouble.NAME, _("The inbox has no mail server to fetch from."))
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise SourceError(
            Trouble.NAME, _("There is no server with the name %s. Is it written correctly?") % cut(host, 100)
        ) from None


def _port(written: object) -> int:
    text = str(written).strip()
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST_PORT):
        raise SourceError(
            Trouble.REFUSED,
            _("The port of the mail server must be a number from 1 to 65535, not %s.")
            % cut(one_line(text), 40),
        )
    return int(text)


def _seconds(written: object) -> float:
    try:
        seconds = float(str(written))
    except ValueError:
        return TIMEOUT
    return TIMEOUT if math.isnan(seconds) else min(max(seconds, SHORTEST), LONGEST)
