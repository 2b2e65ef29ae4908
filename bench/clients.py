"""Browsers of the benchmarks: one that asks and reads at once, and some that hold a line without using it."""

import http.client
import secrets
import socket
import string
import time
from contextlib import ExitStack, closing
from urllib.parse import urlencode

LETTERS = string.ascii_letters + string.digits


class Refused(Exception):
    """The answer was not the one that is measured."""


class Browser:
    """A signed-in browser with one connection that stays open."""

    def __init__(self, port: int, session: str):
        self.csrf = "".join(secrets.choice(LETTERS) for _ in range(32))
        self.headers = {
            "Cookie": f"okienko_session={session}; okienko_csrf={self.csrf}",
            "Accept-Language": "pl",
        }
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, *, by_script: bool = False) -> tuple[float, bytes]:
        """Milliseconds until the whole answer was read, and the answer. Refused unless it is 200, or 204 to a script."""
        more = {"HX-Request": "true"} if by_script else {}
        return self._asked("GET", path, None, more, {200, 204} if by_script else {200})

    def post(
        self, path: str, *, by_script: bool, expect: frozenset[int] | set[int] = frozenset(), **fields: str
    ) -> float:
        """Send a form as a browser does, or as the page's htmx does. Milliseconds until the answer was read.

        Refused unless the answer is one of `expect`: when not given 200 to a script, 303 to a form.
        """
        body = urlencode({"csrfmiddlewaretoken": self.csrf, **fields})
        more = {"Content-Type": "application/x-www-form-urlencoded"} | (
            {"HX-Request": "true"} if by_script else {}
        )
        return self._asked("POST", path, body, more, expect or {200 if by_script else 303})[0]

    def _asked(
        self, method: str, path: str, body, more: dict, expect: frozenset[int] | set[int]
    ) -> tuple[float, bytes]:
        begin = time.perf_counter()
        self.connection.request(method, path, body, {**self.headers, **more})
        response = self.connection.getresponse()
        content = response.read()
        took = (time.perf_counter() - begin) * 1000
        if response.status not in expect:
            raise Refused(f"{method} {path}: {response.status} {content[:300]!r}")
        return took, content

    def close(self):
        self.connection.close()


class Idlers:
    """Clients that trickle in a body byte by byte, or ask for a large file and read nothing of it.

    Used as a context: all lines are cut at its end.
    """

    def __init__(self, port: int):
        self.port = port
        self.uploads: list[socket.socket] = []
        self.downloads: list[socket.socket] = []
        self.stack = ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stack.close()

    def _line(self, request: str) -> socket.socket:
        line = self.stack.enter_context(closing(socket.socket()))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", self.port))
        line.sendall(request.encode())
        return line

    def upload(self, path: str, browser: Browser, *, size: int = 100_000):
        """Begin to send a form of `size` bytes; `drip` sends more of it."""
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {browser.headers['Cookie']}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        self.uploads.append(self._line(f"{head}{kind}Content-Length: {size}\r\n\r\n"))

    def download(self, path: str):
        self.downloads.append(self._line(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))

    def drip(self):
        for line in self.uploads:
            line.sendall(b"a")

    def check(self):
        """Refused when a line is not as it should be: an upload answered early, a download not begun."""
        if any(_has_answer(line) for line in self.uploads):
            raise Refused("a slow upload was answered before its end")
        if not all(_has_answer(line) for line in self.downloads):
            raise Refused("a stalled download was never begun")


def _has_answer(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return bool(line.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    finally:
        line.setblocking(True)
