"""Mail servers of somebody else, with moods: a real one (aiosmtpd), and one that says what it is told to say."""

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from okienko.channels.email import smtp, smtp_pool

LETTER = b"From: sklep@sklep.example\r\nSubject: x\r\n\r\n.kropka\r\n\r\ntajna tresc\r\n"


class Peer:
    """A server's moods, and all that it was told."""

    def __init__(self):
        self.received = []  # (sender, recipients, content, name of the client)
        self.logins = []
        self.rcpt = {}  # address → answer
        self.data = "250 2.0.0 queued as 4F2A1"
        self.mail = ""  # answer to MAIL, or "hang up"
        self.password = b"haslo"
        self.lines = []  # connections that came
        self.moods = {}  # number of the connection → answer to MAIL, or "hang up"
        self.delay = 0.0  # seconds before a letter is confirmed

    @property
    def ids(self) -> list[str]:
        """Message-IDs of the letters taken, in order."""
        return [message_from_bytes(content)["Message-ID"] for _, _, content, _ in self.received]

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        mood = self.moods.get(self.lines.index(server), self.mail)
        if mood == "hang up":
            server.transport.abort()
            return "421 bye"
        if mood:
            return mood
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.data == "hang up":
            server.transport.abort()
            return "421 bye"
        if self.data.startswith("250"):
            self.received.append((envelope.mail_from, envelope.rcpt_tos, envelope.content, session.host_name))
        return self.data

    def authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append((mechanism, data.login, data.password))
        return AuthResult(success=data.password == self.password, handled=False)


class Kept(SMTP):
    """Knows its peer's lines, so that they can be closed before the loop ends."""

    def connection_made(self, transport):
        super().connection_made(transport)
        if self not in self.event_handler.lines:
            self.event_handler.lines.append(self)


class Server(Controller):
    def __init__(self, peer: Peer, *, security: str = "none", context=None, **settings):
        super().__init__(
            peer, hostname="127.0.0.1", port=free_port(), ssl_context=context if security == "tls" else None
        )
        self.settings = settings | ({"tls_context": context} if security == "starttls" else {})

    def factory(self):
        return Kept(self.handler, **({"enable_SMTPUTF8": True} | self.settings))

    def start(self):
        super().start()
        wait_for(lambda: self.handler.lines and self.handler.lines[0].transport is None)
        self.handler.lines.clear()  # the controller's own first look

    def stop(self, no_assert=False):
        self.hang_up()
        super().stop(no_assert)

    def hang_up(self):
        """Close every connection, as a server that is restarted does."""
        done = threading.Event()
        self.loop.call_soon_threadsafe(self._abort, done)
        assert done.wait(5)
        wait_for(lambda: not self.open_lines)

    @property
    def open_lines(self) -> list[SMTP]:
        return [line for line in self.handler.lines if line.transport is not None]

    def _abort(self, done: threading.Event):
        for line in self.open_lines:
            line.transport.abort()
        done.set()


@contextlib.contextmanager
def serving(peer: Peer | None = None, **settings) -> Iterator[tuple[Peer, dict]]:
    """(a peer, the settings of an inbox that sends by it). `peer.server`: the server itself."""
    peer = peer or Peer()
    peer.server = Server(peer, **settings)
    peer.server.start()
    security = settings.get("security", "none")
    config = {"host": "127.0.0.1", "port": peer.server.port, "security": security, "timeout": 5}
    try:
        yield peer, config
    finally:
        peer.server.stop()


Script = Callable[[socket.socket, Iterator[bytes], int], object]


@contextlib.contextmanager
def scripted(script: Script) -> Iterator[dict]:
    """Settings for a server whose every connection is `script(connection, its lines, number of the connection)`."""
    ended = threading.Event()
    threads = []

    def run(connection: socket.socket, number: int):
        with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError, ValueError):
            script(connection, iter(lines), number)

    def accept():
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listener.accept()
                connection.settimeout(5)
                threads.append(threading.Thread(target=run, args=(connection, len(threads)), daemon=True))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield {"host": "127.0.0.1", "port": listener.getsockname()[1], "security": "none", "timeout": 2}
        finally:
            ended.set()
            accepting.join()
            smtp.POOL.close_idle()
            for thread in threads:
                thread.join()


def talk(connection: socket.socket, lines: Iterator[bytes], answers: dict[str, str], *, ehlo: str = "250 hi"):
    """Greet, and answer each command by its first word; 250 where nothing is said. "": hang up."""
    connection.sendall(b"220 hi\r\n")
    for line in lines:
        word = line[:4].upper().strip().decode()
        answer = answers.get(word, ehlo if word == "EHLO" else "250 ok")
        if not answer:
            return
        connection.sendall(f"{answer}\r\n".encode())
        if answer.startswith("354"):
            for part in lines:
                if part == b".\r\n":
                    break
            if not answers.get(".", "250 ok"):
                return
            connection.sendall(f"{answers.get('.', '250 ok')}\r\n".encode())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for(condition: Callable[[], object], seconds: float = 5.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def with_limits(**limits) -> smtp_pool.Pool:
    """A pool of its own with other limits."""
    return smtp_pool.Pool(smtp_pool.Limits(**limits))


def letter(number: int) -> bytes:
    return f"From: sklep@sklep.example\r\nMessage-ID: <{number}@sklep.example>\r\n\r\nx\r\n".encode()


def server_context(chain) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context
