"""Connections by name to servers that a person typed in. What is connected to is the very address that was checked."""

import errno
import ipaddress
import socket
import time
from typing import Any

# Machines' own data services of big hosts that are not link-local: they hand out keys to whoever can reach them.
_METADATA = frozenset(
    ipaddress.ip_address(one) for one in ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192")
)
_NEVER = tuple(
    ipaddress.ip_network(one)
    for one in (
        "0.0.0.0/8",
        "169.254.0.0/16",
        "224.0.0.0/4",
        "255.255.255.255/32",
        "::/128",
        "fe80::/10",
        "ff00::/8",
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}  # seconds, seconds, tries
HIGHEST_PORT = 65535

Address = tuple[str, int] | tuple[str, int, int, int]


class Forbidden(OSError):
    """The name leads only to addresses that this product never connects to. `address`: one of them."""

    def __init__(self, host: str, address: str):
        super().__init__(errno.EACCES, f"{host} leads to {address}")
        self.host, self.address = host, address


def resolved(host: str, port: int, *, public_only: bool) -> list[Address]:
    """Addresses to connect to, in the resolver's order, those that are forbidden left out.

    Forbidden always: link-local, unspecified, multicast and broadcast addresses and machines' metadata services;
    with `public_only` also loopback and private networks. socket.gaierror: the name leads nowhere.
    Forbidden: only to forbidden addresses. OSError: no such port.
    """
    if not 0 < port <= HIGHEST_PORT:
        raise OSError(errno.EINVAL, f"no such port: {port}")
    found = list(dict.fromkeys(_looked_up(host, port)))
    allowed = [one for one in found if _may_be_reached(str(one[0]), public_only=public_only)]
    if not allowed:
        raise Forbidden(host, str(found[0][0]))
    return allowed


def connected(host: str, port: int, timeout: float, *, public_only: bool) -> socket.socket:
    """A TCP connection to the first address of `host` that answers, all within `timeout` seconds.

    `timeout` is then the socket's own; keep-alive is on. Raises what `resolved` raises, and OSError
    (TimeoutError, ConnectionRefusedError …) of the address that was tried last.
    """
    addresses = resolved(host, port, public_only=public_only)
    deadline = time.monotonic() + timeout
    failed: OSError = TimeoutError("timed out")
    for tried, address in enumerate(addresses):
        # Each gets its share, so that a first address that swallows everything leaves time for the second.
        share = (deadline - time.monotonic()) / (len(addresses) - tried)
        if share <= 0:
            break
        try:
            return _opened(address, share, timeout)
        except OSError as error:
            failed = error
    raise failed


def _looked_up(host: str, port: int) -> list[Address]:
    try:
        entries: list[Any] = list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)) if host else []
    except ValueError as error:  # a zero byte, or a label that is empty or too long (UnicodeError)
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from error
    found = [entry[4] for entry in entries if entry[0] in {socket.AF_INET, socket.AF_INET6}]
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, "no address")
    return found


def _may_be_reached(text: str, *, public_only: bool) -> bool:
    address = _true_address(ipaddress.ip_address(text))
    if address in _METADATA or any(address in network for network in _NEVER):
        return False
    return address.is_global or not public_only


def _true_address(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address that an IPv6 one is only a dress of: ::ffff:169.254.169.254 is 169.254.169.254."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or ipaddress.IPv6Address(int(address))


def _opened(address: Address, share: float, timeout: float) -> socket.socket:
    line = socket.socket(socket.AF_INET if len(address) == len(("host", "port")) else socket.AF_INET6)
    try:
        line.settimeout(share)
        line.connect(address)
        line.settimeout(timeout)
        # Commands and their ends are written separately: waiting for acknowledgements would cost 40 ms each.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE.items():
            if hasattr(socket, name):
                line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    except BaseException:
        line.close()
        raise
    return line
