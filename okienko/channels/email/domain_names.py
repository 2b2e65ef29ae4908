"""Questions to DNS, all within one deadline. Whatever goes wrong is one exception: Unanswered."""

import ipaddress
import re
import time

import dns.exception
import dns.name
import dns.nameserver
import dns.resolver
from django.conf import settings

ONE_QUESTION = 3.0  # seconds
ONE_TRY = 1.5  # seconds; a lost packet is asked for once more
MAX_RECORDS = 100  # of one answer are looked at
MAX_TEXT = 4000  # characters of one TXT record: no policy is longer
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


class Unanswered(Exception):
    """Nobody answered in time or the answer made no sense: nothing is known, not even that there is nothing."""


class Names:
    """One look into DNS that takes at most `seconds` altogether; what was asked once is not asked again.

    Every method raises Unanswered; a name or a record that does not exist is an empty list.
    """

    def __init__(self, seconds: float):
        self._ends = time.monotonic() + seconds
        self._known: dict[tuple[str, str], list] = {}
        self._resolver: dns.resolver.Resolver | None = None

    def mail_servers(self, domain: str) -> list[str]:
        """Hosts that take mail for the domain, the preferred first, lower case."""
        records = sorted(self._asked(domain, "MX"), key=lambda record: record.preference)
        return [host for record in records if (host := _host(record.exchange))]

    def texts(self, name: str) -> list[str]:
        """TXT records, each put together from its pieces."""
        return [
            b"".join(record.strings).decode("ascii", "replace")[:MAX_TEXT]
            for record in self._asked(name, "TXT")
        ]

    def service(self, name: str) -> tuple[str, int] | None:
        """Host and port of the preferred SRV record; None when there is none or it says "not offered"."""
        records = sorted(self._asked(name, "SRV"), key=lambda record: (record.priority, -record.weight))
        found = [(_host(record.target), record.port) for record in records]
        return next(((host, port) for host, port in found if host and port), None)

    def addresses(self, host: str) -> list[str]:
        """IPv4 addresses, then IPv6 ones."""
        return [record.address for kind in ("A", "AAAA") for record in self._asked(host, kind)]

    def exists(self, host: str) -> bool:
        return bool(self._asked(host, "A") or self._asked(host, "AAAA"))

    def _asked(self, name: str, kind: str) -> list:
        key = (name.lower().rstrip("."), kind)
        if key not in self._known:
            self._known[key] = self._fetched(*key)
        return self._known[key]

    def _fetched(self, name: str, kind: str) -> list:
        left = min(ONE_QUESTION, self._ends - time.monotonic())
        if left <= 0:
            raise Unanswered
        try:
            self._resolver = self._resolver or _resolver()
            answer = self._resolver.resolve(
                f"{name}.", kind, raise_on_no_answer=False, search=False, lifetime=left
            )
        except dns.resolver.NXDOMAIN:
            return []
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise Unanswered from error
        return list(answer.rrset or [])[:MAX_RECORDS]


def in_ascii(domain: str) -> str:
    """A domain as DNS knows it, lower case. ValueError for one that cannot be."""
    domain = domain.strip().rstrip(".").lower()
    name = domain if domain.isascii() else domain.encode("idna").decode()
    if "." not in name or not all(name.split(".")):
        raise ValueError("not a domain")
    return name


def _resolver() -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=not settings.DNS_SERVERS)
    if settings.DNS_SERVERS:
        resolver.nameservers = [_server(written) for written in settings.DNS_SERVERS]
    resolver.timeout = ONE_TRY
    return resolver


def _server(written: str) -> dns.nameserver.Nameserver:
    host, _, port = written.rpartition(":")
    return dns.nameserver.Do53Nameserver(str(ipaddress.ip_address(host.strip("[]"))), int(port))


def _host(name: dns.name.Name) -> str:
    """A host as it can be connected to; "" for none and for one with letters that no host has."""
    text = name.to_text(omit_final_dot=True).lower()
    return text if _HOST.fullmatch(text) else ""
