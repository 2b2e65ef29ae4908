"""The servers of common mail providers: the table is providers.toml, what it says is explained there."""

import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("providers.toml")


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One entry of the table. `imap`, `smtp`: "host:port/security", or "" where every customer has another."""

    name: str
    label: str
    domains: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    imap: str = ""
    smtp: str = ""
    server: str = ""
    imap_user: str = ""
    plus: bool | None = None
    sent_copy: bool = False
    max_bytes: int = 0
    per_minute: int = 0
    per_hour: int = 0
    per_day: int = 0
    spf: tuple[str, ...] = ()
    dkim: tuple[str, ...] = ()
    oauth: str = ""
    guess: bool = True
    servers: frozenset[str] = field(init=False)

    def __post_init__(self):
        hosts = (written.partition(":")[0] for written in (self.imap, self.smtp) if written)
        object.__setattr__(self, "servers", frozenset(hosts))

    def takes_mail_at(self, host: str) -> bool:
        return any(fnmatchcase(host, pattern) for pattern in self.mx)

    def owns(self, host: str) -> bool:
        """Is this one of the servers its customers connect to?"""
        return host in self.servers or bool(self.server and fnmatchcase(host, self.server))


@cache
def providers() -> tuple[Provider, ...]:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return tuple(Provider(name=name, **_frozen(entry)) for name, entry in table.items())


def of_domain(domain: str) -> Provider | None:
    """The provider whose own domain this is: gmail.com, wp.pl."""
    return next((provider for provider in providers() if domain in provider.domains), None)


def of_mail_server(host: str) -> Provider | None:
    """The provider that takes mail for a customer's domain at this host of its MX."""
    return next((provider for provider in providers() if provider.takes_mail_at(host)), None)


def of_server(host: str) -> Provider | None:
    """The provider whose IMAP or SMTP server this is; one whose customers bring domains before one for private people."""
    found = [provider for provider in providers() if provider.owns(host.lower())]
    return next((provider for provider in found if provider.spf), found[0] if found else None)


def _frozen(entry: dict) -> dict:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
