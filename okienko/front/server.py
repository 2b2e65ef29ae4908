"""The process: a listening socket, uvicorn on uvloop, and an end that comes within seconds."""

import contextlib
import gc
import logging
import resource
import signal
import socket
from collections.abc import Callable

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

logger = logging.getLogger(__name__)

GRACE_SECONDS = 4
KEEP_ALIVE_SECONDS = 20
STALLED_MILLISECONDS = 120_000
BACKLOG = 2048


class Protocol(HttpToolsProtocol):
    """A client may close its sending side in the middle of a body and still read why it was refused."""

    def eof_received(self):
        cycle = self.cycle
        if cycle is None or cycle.response_complete or not cycle.more_body or not _has_length(cycle.scope):
            return None
        cycle.more_body = cycle.keep_alive = False
        cycle.message_event.set()
        return True  # keep the transport until the answer is out


def _has_length(scope) -> bool:
    """With Content-Length a short body shows; a body in chunks that breaks off must look like a lost line."""
    return any(name == b"content-length" for name, _ in scope["headers"])


class Server(uvicorn.Server):
    """Calls `listening()` once requests are taken, and `closing()` first of all when it is told to stop."""

    def __init__(self, config: uvicorn.Config, *, listening: Callable[[], None], closing: Callable[[], None]):
        super().__init__(config)
        self.listening = listening
        self.closing = closing

    async def startup(self, sockets=None):
        await super().startup(sockets)
        if self.started:
            self.listening()

    async def shutdown(self, sockets=None):
        # Thousands of open streams would be waited for in vain: they end first, then the pages drain.
        try:
            self.closing()
        except Exception:
            logger.exception("the streams did not close; they will be cut")
        await super().shutdown(sockets)

    def handle_exit(self, sig, frame):
        # Without a note for uvicorn to raise the signal again: a stop that was asked for is a success.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def bound(host: str, port: int) -> socket.socket:
    """A socket listening on host and port (0: any free one). OSError when that cannot be."""
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    # On POSIX create_server sets SO_REUSEADDR: a restart need not wait for old connections to be forgotten.
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    with contextlib.suppress(AttributeError):
        # Inherited by every connection: whoever reads nothing for this long loses it, and we its buffers.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED_MILLISECONDS)
    return listener


def address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def configured(application) -> uvicorn.Config:
    """How uvicorn runs here. Forwarded addresses are read in limits.py, which trusts only the last entry."""
    return uvicorn.Config(
        application,
        interface="asgi3",
        http=Protocol,
        ws="none",
        loop="uvloop",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def open_many_files():
    """Each stream is an open file: take as many as the system allows this process."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def collect_rarely():
    """What start-up has made stays for good: the collector need not walk over all of Django again and again.

    A full collection stops every stream for a fifth of a second (measured with 2,000 of them).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def serve(application, listener: socket.socket, *, closing: Callable[[], None], word: str = "") -> None:
    """Serves until SIGTERM or SIGINT; SystemExit when a part of the process cannot start.

    `word`: a sentence for whoever started it, said when it listens.
    """
    open_many_files()

    def listening():
        collect_rarely()
        print(f"Okienko listens on {address(listener)}", flush=True)  # noqa: T201 - what whoever starts it waits for
        if word:
            print(word, flush=True)  # noqa: T201

    Server(configured(application), listening=listening, closing=closing).run(sockets=[listener])
