"""From ASGI to Django's WSGI handler and back: one hop into a thread, one hop out.

A thread is held only while Django works. The body has been read before (spool.py), so no client can make the
thread wait for bytes; the answer is taken whole before its first byte is sent, so no client can make it wait
for room. The price is a rule: views do not stream; large content goes through /static/ and /files/.
"""

import asyncio
import contextvars
import logging
import sys
import threading
from concurrent.futures import Executor, Future
from queue import SimpleQueue

from okienko.front.answers import answer

logger = logging.getLogger(__name__)

_OWN_NAMES = {b"content-length": "CONTENT_LENGTH", b"content-type": "CONTENT_TYPE"}


def environ(scope: dict, body) -> dict:
    """The WSGI environment of an ASGI HTTP scope; `body` is a readable binary file at its beginning."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    variables = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        # Both X-Real and X_Real would become HTTP_X_REAL: a client could forge what a proxy vouches for.
        if b"_" not in name:
            _add_header(variables, name, value.decode("latin-1"))
    return variables


def _add_header(variables: dict, name: bytes, value: str):
    key = _OWN_NAMES.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
    if key in variables:
        value = variables[key] + ("; " if key == "HTTP_COOKIE" else ",") + value
    variables[key] = value


class Threads(Executor):
    """A fixed number of threads; unlike the standard pool's, the end of the process does not wait for them."""

    def __init__(self, count: int):
        self.count = count
        self.work: SimpleQueue = SimpleQueue()
        for number in range(count):
            threading.Thread(target=self._run, name=f"page-{number}", daemon=True).start()

    def submit(self, fn, /, *args):
        future: Future = Future()
        self.work.put((future, fn, args))
        return future

    def _run(self):
        while task := self.work.get():
            _perform(*task)
            del task  # an idle thread keeps no page alive

    def shutdown(self, wait=False, *, cancel_futures=False):
        """The threads end when they have done what was asked before."""
        for _ in range(self.count):
            self.work.put(None)


def _perform(future: Future, fn, args):
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(fn(*args))
    except BaseException as error:  # noqa: BLE001 - whoever waits for the page gets it
        future.set_exception(error)


class Pages:
    """An ASGI-like application `(scope, body, send)` over a WSGI one, with a fixed number of threads."""

    def __init__(self, app, threads: int):
        self.app = app
        self.threads = Threads(threads)

    async def __call__(self, scope: dict, body, send):
        """Asks the WSGI application and sends its answer; a crash of it becomes a plain 500."""
        run = contextvars.copy_context().run
        loop = asyncio.get_running_loop()
        try:
            status, headers, content = await loop.run_in_executor(
                self.threads, run, self._asked, environ(scope, body)
            )
        except Exception:
            logger.exception("%s %s broke outside Django", scope["method"], scope["path"])
            await answer(500)(scope, None, send)
            return
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _asked(self, variables: dict) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        started = []

        def start_response(status: str, headers: list[tuple[str, str]], *_):
            started[:] = int(status.split(" ", 1)[0]), headers

        parts = self.app(variables, start_response)
        try:
            content = b"".join(parts)
        finally:
            # Django's response sends request_finished here, which looks after the database connections.
            getattr(parts, "close", lambda: None)()
        status, headers = started
        return (
            status,
            [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            content,
        )

    def close(self):
        """Takes no more work and does not wait for what is being done."""
        self.threads.shutdown()
