"""The line to an IMAP server: imaplib over a connection that stands already, read with our own patience."""

import imaplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from imapclient import IMAPClient

from okienko.channels.email.imap_answers import Part

CHUNK = 65536
LONGEST_LINE = 64 * 1024 * 1024  # a plain SEARCH of a mailbox with eight million letters
LARGEST_LITERAL = 64 * 1024 * 1024
DONE_TIMEOUT = 10.0  # seconds
LONGEST_COMMAND = 20 * 60.0  # seconds; a server that says "hang in there" for ever is a dead one
SLICE = 1.0  # seconds


class HungUp(ConnectionError):
    """The server ended the connection. `words`: its own, when it said BYE."""

    def __init__(self, words: bytes = b""):
        super().__init__("the server ended the connection")
        self.words = words


@contextmanager
def _broken_encryption() -> Iterator[None]:
    """Once encryption stands, what is wrong with it is that the line was cut."""
    try:
        yield
    except ssl.SSLError as error:
        raise HungUp from error


class Wire(imaplib.IMAP4):
    """Raises TimeoutError, HungUp and other OSError, imaplib.IMAP4.error for answers that are no IMAP.

    `timeout`, `longest`: seconds the server may be silent, and a command may take in all.
    `news`: the server told of letters that came since this was last set to False.
    `largest`: longer literals are read to their end, and only this many bytes kept.
    """

    def __init__(self, line: socket.socket, host: str, timeout: float):
        self._line = line
        self._held = bytearray()
        self.timeout = timeout
        self.longest = LONGEST_COMMAND
        self.deadline = time.monotonic() + self.longest
        self.largest = LARGEST_LITERAL
        self.news = False
        self.count = 0
        super().__init__(host)
        self.is_readonly = True  # never SELECT: EXAMINE

    # What imaplib lets one replace

    def open(self, host="", port=imaplib.IMAP4_PORT, timeout=None):
        self.host, self.port, self.sock = host, port, self._line

    def readline(self) -> bytes:
        seen = 0
        while (end := self._held.find(b"\n", seen)) < 0:
            seen = len(self._held)
            if seen > LONGEST_LINE:
                raise self.error("a line without end")
            self._receive()
        return self._taken(end + 1)

    def read(self, size: int) -> bytes:
        """`size` bytes, or the first `largest` of them."""
        found = self._exactly(min(size, self.largest))
        left = size - len(found)
        while left:
            left -= len(self._exactly(min(left, CHUNK)))
        return found

    def send(self, data: bytes):
        for start in range(0, len(data), CHUNK):  # the time allowed is for each part, not for 20 MB
            self.sock.settimeout(self._patience())
            with _broken_encryption():
                self.sock.sendall(data[start : start + CHUNK])

    def shutdown(self):
        self.sock.close()

    def starttls(self, ssl_context: ssl.SSLContext):
        typ, words = self._simple_command("STARTTLS")
        if typ == "OK":
            self._held.clear()  # what came before encryption may be anybody's
            self.sock = ssl_context.wrap_socket(self.sock, server_hostname=self.host)
            self._tls_established = True
            self._get_capabilities()
        return typ, words

    def _command(self, name, *args):
        self.deadline = time.monotonic() + self.longest
        return super()._command(name, *args)

    def _check_bye(self):
        if bye := self.untagged_responses.get("BYE"):
            raise HungUp(bye[-1])

    def _append_untagged(self, typ, dat):
        super()._append_untagged(typ, dat)
        if typ == "EXISTS" and isinstance(dat, bytes) and dat.isdigit():
            self.news = self.news or int(dat) > self.count
            self.count = int(dat)
        elif typ == "EXPUNGE":
            self.count -= 1

    # What we ask

    def ask(self, name: str, *words: str | bytes) -> tuple[str, bytes]:
        """Send a command; how the server finished it: "OK" or "NO", and its words. BAD raises error."""
        self.untagged_responses.clear()
        typ, data = self._simple_command(name, *words)
        return typ, data[-1] or b""

    def told(self, kind: str) -> list[Part]:
        """Answers of a kind to the last command, as imaplib lays them out."""
        return self.untagged_responses.pop(kind, [])

    def log_in(self, username: str, password: str):
        """Both quoted, which imaplib does for the password alone. error: the server's words."""
        typ, words = self.ask("LOGIN", self._quote(username), self._quote(password))
        if typ != "OK":
            raise self.error(words)
        self.state = "AUTH"

    def idled(self, seconds: float, stopped: Callable[[], bool]) -> bool:
        """IDLE until there are news, for `seconds` at most. False: the server knows no IDLE."""
        self.untagged_responses.clear()
        tag = self._command("IDLE")
        while self._get_response() is not None:  # None: "+", it listens
            if self.tagged_commands[tag]:
                del self.tagged_commands[tag]
                return False
        until = time.monotonic() + seconds
        while not self.news and not stopped() and (left := until - time.monotonic()) > 0:
            if self._has_line(min(left, SLICE)):
                self._get_response()
                self._check_bye()
        self._end_idle(tag)
        return True

    def _end_idle(self, tag: bytes):
        usual, self.timeout = self.timeout, min(self.timeout, DONE_TIMEOUT)
        self.send(b"DONE\r\n")
        self._command_complete("IDLE", tag)
        self.timeout = usual

    # Reading

    def _has_line(self, seconds: float) -> bool:
        """Wait for a whole line, `seconds` at most. What came of it stays for later."""
        until = time.monotonic() + seconds
        while b"\n" not in self._held:
            left = until - time.monotonic()
            if left <= 0:
                return False
            try:
                self._receive(left)
            except TimeoutError:
                return False
        return True

    def _receive(self, seconds: float | None = None):
        self.sock.settimeout(seconds or self._patience())
        with _broken_encryption():
            data = self.sock.recv(CHUNK)
        if not data:
            raise HungUp
        self._held += data

    def _patience(self) -> float:
        left = min(self.timeout, self.deadline - time.monotonic())
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def _exactly(self, size: int) -> bytes:
        while len(self._held) < size:
            self._receive()
        return self._taken(size)

    def _taken(self, size: int) -> bytes:
        with memoryview(self._held) as held:
            data = bytes(held[:size])
        del self._held[:size]
        return data


class Client(IMAPClient):
    """IMAPClient's signing in and capabilities over our line."""

    def __init__(self, wire: Wire):
        self.wire = wire
        super().__init__(wire.host, wire.port, ssl=False, timeout=wire.timeout)
        wire.debug = 0  # it copies every line and letter into its log otherwise

    def _create_IMAP4(self) -> Wire:  # noqa: N802 IMAPClient's name
        return self.wire
