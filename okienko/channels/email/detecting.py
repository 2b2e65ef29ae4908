"""From an address to the servers of its mailbox, by the table of providers and by DNS alone."""

from collections.abc import Callable
from typing import TypeVar

from okienko.channels.email import provider_advice, providers
from okienko.channels.email.domain_names import Names, Unanswered, in_ascii
from okienko.channels.email.providers import Provider
from okienko.inboxes.source import Guess

SECONDS = 8  # for everything that is asked
IMAP = "993/tls"
SMTP = "465/tls"
PREFIXES = {"imap": "imap_", "smtp": ""}  # of the settings
_IMAP_NAMES = ("imap", "mail")
_SMTP_NAMES = ("smtp", "mail")

Found = TypeVar("Found")


def guess(address: str) -> Guess:
    """How to reach the servers of an address; an empty Guess where nothing is known. Never raises.

    `config` holds what is known of: imap_host imap_port imap_security imap_username host port security username
    plus_addressing sent_copy (False: the provider lays what we send into Sent by itself) max_bytes
    per_minute per_hour per_day.
    """
    local, _at, domain = address.strip().rpartition("@")
    try:
        domain = in_ascii(domain)
    except ValueError:
        return Guess()
    if not local:
        return Guess()
    names = Names(SECONDS)
    provider = providers.of_domain(domain)
    server = ""
    if not provider:
        provider, server = _by_mail_servers(names, domain)
    places = _places(provider, server) if provider else {}
    if not places and (not provider or provider.guess):
        places = _announced(names, domain) or _usual(names, domain)
    return _made(provider, places, f"{local}@{domain}")


def _by_mail_servers(names: Names, domain: str) -> tuple[Provider | None, str]:
    """Whose customer the domain is, and the customer's own server where MX names it."""
    for host in _or(lambda: names.mail_servers(domain), []):
        if found := providers.of_mail_server(host):
            return found, host if found.owns(host) else ""
    return None, ""


def _places(provider: Provider, server: str) -> dict[str, str]:
    """ "imap" and "smtp": host:port/security."""
    if server and not provider.imap:
        return {"imap": f"{server}:{IMAP}", "smtp": f"{server}:{SMTP}"}
    return {"imap": provider.imap, "smtp": provider.smtp} if provider.imap else {}


def _announced(names: Names, domain: str) -> dict[str, str]:
    """What the domain says in SRV records (RFC 6186, RFC 8314), the safer kind first."""
    found = {}
    for place, service, security in (
        ("imap", "_imaps", "tls"),
        ("smtp", "_submissions", "tls"),
        ("smtp", "_submission", "starttls"),
    ):
        if place not in found and (server := _or(lambda: names.service(f"{service}._tcp.{domain}"), None)):  # noqa: B023 called at once
            found[place] = f"{server[0]}:{server[1]}/{security}"
    return found


def _usual(names: Names, domain: str) -> dict[str, str]:
    """The names that most administrators give to their servers, where they exist."""
    found = {}
    for place, starts, rest in (("imap", _IMAP_NAMES, IMAP), ("smtp", _SMTP_NAMES, SMTP)):
        hosts = (f"{start}.{domain}" for start in starts)
        host = next((host for host in hosts if _or(lambda: names.exists(host), False)), "")  # noqa: B023 called at once
        if host:
            found[place] = f"{host}:{rest}"
    return found


def _or(ask: Callable[[], Found], otherwise: Found) -> Found:
    try:
        return ask()
    except Unanswered:
        return otherwise


def _made(provider: Provider | None, places: dict[str, str], address: str) -> Guess:
    config: dict[str, object] = {}
    for place, prefix in PREFIXES.items():
        if written := places.get(place):
            host, _colon, rest = written.rpartition(":")
            port, _slash, security = rest.partition("/")
            config |= {f"{prefix}host": host, f"{prefix}port": int(port), f"{prefix}security": security}
            config[f"{prefix}username"] = address
    if not provider:
        return Guess(config=tuple(config.items()))
    return Guess(
        provider=provider.name,
        label=provider.label,
        config=tuple((config | _habits(provider, address)).items()),
        advice=provider_advice.advice(provider.name),
        oauth=provider.oauth,
    )


def _habits(provider: Provider, address: str) -> dict[str, object]:
    """What is known of the provider beyond its servers' names."""
    habits: dict[str, object] = {}
    if provider.imap_user == "local":
        habits["imap_username"] = address.rpartition("@")[0]
    if provider.plus is not None:
        habits["plus_addressing"] = provider.plus
    if provider.sent_copy:
        habits["sent_copy"] = False
    for name in ("max_bytes", "per_minute", "per_hour", "per_day"):
        if value := getattr(provider, name):
            habits[name] = value
    return habits
