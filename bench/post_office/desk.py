"""Small servers of the post office that run in our own process: its rules, and a line to another address."""

import socket
import socketserver
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress

from bench.post_office.daemon import HOST

UNKNOWN = "550 5.1.1 User unknown in virtual mailbox table"
GREYLISTED = "450 4.2.0 Greylisted, try again later"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, handler):
        super().__init__((HOST, 0), handler)
        self.port = self.server_address[1]
        self._lines: set[socket.socket] = set()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def process_request(self, request, client_address):
        self._lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self._lines.discard(request)
        super().shutdown_request(request)

    def stop(self):
        self.shutdown()
        self.server_close()
        for line in list(self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


class _Clerk(socketserver.StreamRequestHandler):
    """Postfix's policy protocol: lines of name=value up to an empty one; one line back."""

    def handle(self):
        asked: dict[str, str] = {}
        with suppress(OSError):
            for line in self.rfile:
                name, _, value = line.decode(errors="replace").rstrip("\n").partition("=")
                if name:
                    asked[name] = value
                    continue
                self.wfile.write(f"action={self.server.judge(asked)}\n\n".encode())
                asked = {}


class Desk(_Server):
    """Postfix asks here about every recipient. Changes count from the next question on."""

    def __init__(self, catch_all: Mapping[str, str]):
        self.catch_all = catch_all
        self.users: dict[str, str] = {}
        self.answers: dict[str, str] = {}
        self.greylist_seconds = 0.0
        self._first_seen: dict[tuple[str, str], float] = {}
        super().__init__(_Clerk)

    def greylist(self, seconds: float):
        self._first_seen = {}
        self.greylist_seconds = seconds

    def judge(self, asked: dict[str, str]) -> str:
        sender, recipient = asked.get("sender", ""), asked.get("recipient", "").lower()
        local, _, domain = recipient.rpartition("@")
        for name in (recipient, f"@{domain}"):
            if name in self.answers:
                return self.answers[name]
        ours = domain in {address.rpartition("@")[2] for address in self.users}
        if ours and domain not in self.catch_all and f"{local.partition('+')[0]}@{domain}" not in self.users:
            return UNKNOWN
        if self.greylist_seconds:
            seen = self._first_seen.setdefault((sender, recipient), time.monotonic())
            if time.monotonic() - seen < self.greylist_seconds:
                return GREYLISTED
        return "DUNNO"


def _pour(source: socket.socket, target: socket.socket):
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class _Wire(socketserver.BaseRequestHandler):
    def handle(self):
        with suppress(OSError), closing(socket.create_connection(self.server.target)) as far:
            threading.Thread(target=_pour, args=(far, self.request), daemon=True).start()
            _pour(self.request, far)


class Line(_Server):
    """Whoever connects to `port` is connected to `target`, byte for byte."""

    def __init__(self, target: tuple[str, int]):
        self.target = target
        super().__init__(_Wire)
