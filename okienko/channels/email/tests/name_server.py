"""A DNS server of our own on 127.0.0.1, over UDP and TCP, that can also be as bad as DNS servers get."""

import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

HOST = "127.0.0.1"
TTL = 60
# A query as it came → the bytes of an answer, or None for silence.
Answer = Callable[[dns.message.Message], bytes | None]


class NameServer:
    """`zone`: (name, type) → records as text; `moods`: name → how it is answered instead. Names lower case."""

    def __init__(self, zone: dict[tuple[str, str], list[str]]):
        self.zone = zone
        self.moods: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []

    def answer(self, wire: bytes, *, by_tcp: bool) -> bytes | None:
        query = dns.message.from_wire(wire)
        name, kind = (
            query.question[0].name.to_text(omit_final_dot=True).lower(),
            query.question[0].rdtype.name,
        )
        self.asked.append((name, kind))
        if name in self.moods:
            return self.moods[name](query)
        made = self._made(query, name, kind)
        answer = made.to_wire(max_size=65535)
        if by_tcp or len(answer) <= 512:
            return answer
        return truncated(query)

    def _made(self, query: dns.message.Message, name: str, kind: str) -> dns.message.Message:
        made = dns.message.make_response(query)
        for _hop in range(20):
            if alias := self.zone.get((name, "CNAME")):
                made.answer.append(dns.rrset.from_text(f"{name}.", TTL, "IN", "CNAME", *alias))
                name = alias[0].rstrip(".").lower()
                continue
            if records := self.zone.get((name, kind)):
                made.answer.append(dns.rrset.from_text(f"{name}.", TTL, "IN", kind, *records))
            elif not any(known == name or known.endswith(f".{name}") for known, _kind in self.zone):
                made.set_rcode(dns.rcode.NXDOMAIN)
            break
        return made


def truncated(query: dns.message.Message) -> bytes:
    made = dns.message.make_response(query)
    made.flags |= dns.flags.TC
    return made.to_wire()


def failing(query: dns.message.Message) -> bytes:
    made = dns.message.make_response(query)
    made.set_rcode(dns.rcode.SERVFAIL)
    return made.to_wire()


def silent(query: dns.message.Message) -> None:
    return None


def rubbish(query: dns.message.Message) -> bytes:
    """The right id, and then nothing that could be read."""
    return struct.pack("!H", query.id) + b"\x81\x80" + b"\xff" * 40


@contextmanager
def name_server(zone: dict[tuple[str, str], list[str]]) -> Iterator[tuple[NameServer, str]]:
    """The server and where it listens, "host:port"."""
    server = NameServer(zone)

    class ByUdp(socketserver.BaseRequestHandler):
        def handle(self):
            data, line = self.request
            if answer := server.answer(data, by_tcp=False):
                line.sendto(answer, self.client_address)

    class ByTcp(socketserver.StreamRequestHandler):
        def handle(self):
            (length,) = struct.unpack("!H", self.rfile.read(2))
            if answer := server.answer(self.rfile.read(length), by_tcp=True):
                self.wfile.write(struct.pack("!H", len(answer)) + answer)

    udp, tcp = _on_one_port(ByUdp, ByTcp)
    threads = [threading.Thread(target=each.serve_forever, args=(0.01,), daemon=True) for each in (udp, tcp)]
    for thread in threads:
        thread.start()
    try:
        yield server, f"{HOST}:{udp.server_address[1]}"
    finally:
        for each in (udp, tcp):
            each.shutdown()
            each.server_close()
        for thread in threads:
            thread.join()


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def _on_one_port(by_udp: type, by_tcp: type) -> tuple[_Udp, _Tcp]:
    for _try in range(20):
        udp = _Udp((HOST, 0), by_udp)
        try:
            return udp, _Tcp(udp.server_address, by_tcp)
        except OSError:
            udp.server_close()
    raise RuntimeError("no port is free for UDP and TCP alike")


def nobody_there() -> str:
    """A place where no name server listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return f"{HOST}:{probe.getsockname()[1]}"
