"""One connection to a server that sends for us: opened, encrypted, and never waited for without end."""

import contextlib
import ipaddress
import re
import select
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from okienko.channels.email import line_errors
from okienko.channels.email.smtp_answers import said, throttled
from okienko.channels.email.smtp_route import Route
from okienko.inboxes.channel import ServerTrouble
from okienko.inboxes.source import Trouble
from okienko.lib.http import refuse_inside_transaction
from okienko.lib.net import connected

MAX_LINE = 16 * 1024  # bytes of one line of an answer
MAX_LINES = 200
AT_ONCE = 50  # commands sent before the first answer is read, where the server allows it
CHUNK = 128 * 1024  # bytes of a letter that must move within the timeout
LOOK_AT_CERTIFICATE = 5.0  # seconds
_DOT = re.compile(rb"^\.", re.MULTILINE)  # RFC 5321 4.5.2


class Line(smtplib.SMTP):
    """smtplib's dialogue over a connection of ours. After an OSError it is closed. Not for two threads at once."""

    def __init__(self, route: Route, context: ssl.SSLContext | None):
        self.route = route
        self.context = context
        self.greeting = ""
        self.letters = 0  # handed over by this line
        self.is_kept = False  # was idle before: the server may have gone away meanwhile
        self.is_clean = True  # no letter is begun
        self.idle_since = 0.0
        self.heard = b""
        self.allow(route.timeout)
        try:
            super().__init__(route.host, route.port, local_hostname=route.ehlo, timeout=route.timeout)
        except BaseException:
            self.close()
            raise

    def allow(self, seconds: float, *, until: float = float("inf")):
        """Give the answers to come this long, all together. `until`: time.monotonic() at which it is over anyhow."""
        self.until = min(until, time.monotonic() + seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        try:
            line = connected(host, port, timeout, public_only=settings.MAIL_NETWORKS == "public")
        except TimeoutError:
            raise ServerTrouble(*line_errors.unanswered(host, port)) from None
        if self.route.security != "tls":
            return line
        try:
            return self.context.wrap_socket(line, server_hostname=host)
        except BaseException:
            line.close()
            raise

    def connect(self, *place) -> tuple[int, bytes]:
        code, words = super().connect(*place)
        self.greeting = said(code, words)
        return code, words

    def starttls(self, *, context: ssl.SSLContext) -> tuple[int, bytes]:
        answer = super().starttls(context=context)
        if self.heard:  # said before the encryption began, to be taken for what is said under it
            self.close()
            words = _(
                "Somebody between us and %s has slipped words in before the encryption began. "
                "The connection was closed."
            )
            raise ServerTrouble(Trouble.CERTIFICATE, words % self.route.place)
        return answer

    def send(self, words: bytes | str):
        data = words.encode(self.command_encoding) if isinstance(words, str) else words
        try:
            self._socket().sendall(data)
        except OSError:
            self.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        """(code, words). TimeoutError: no answer in time; ConnectionError: none at all, or no SMTP."""
        lines: list[bytes] = []
        try:
            while len(lines) < MAX_LINES:
                line = self._next_line()
                if not line[:3].isdigit():
                    break
                lines.append(line[4:].strip())
                if line[3:4] != b"-":
                    return int(line[:3]), b"\n".join(lines)
            raise ConnectionError(_("what the server says is not SMTP"))
        except OSError:
            self.close()
            raise

    def asked(self, commands: Sequence[str], *, seconds: float, until: float) -> Iterator[tuple[int, bytes]]:
        """The answer to each command, many of them sent at once where the server allows it. `seconds`: for those."""
        step = AT_ONCE if self.has_extn("pipelining") else 1
        for start in range(0, len(commands), step):
            some = commands[start : start + step]
            self.allow(seconds, until=until)
            self.send("".join(f"{command}\r\n" for command in some).encode())
            for _command in some:
                yield self.getreply()

    def hand_over(self, letter: bytes, *, until: float):
        """The bytes of a letter and its end. `until`: time.monotonic() at which the last must have left."""
        view = memoryview(_DOT.sub(b"..", letter))
        for start in range(0, len(view), CHUNK):
            self.allow(self.route.timeout, until=until)
            self.send(view[start : start + CHUNK])
        self.send(b".\r\n" if letter.endswith(b"\r\n") else b"\r\n.\r\n")

    @property
    def size_limit(self) -> int | None:
        """Bytes of a letter that the server takes, None where it does not say."""
        size = self.esmtp_features.get("size", "").split()
        return (int(size[0]) or None) if size and size[0].isdigit() else None

    @property
    def is_private(self) -> bool:
        """Encrypted, or so near that nobody else listens."""
        line = self._socket()
        if isinstance(line, ssl.SSLSocket):
            return True
        peer = ipaddress.ip_address(line.getpeername()[0])
        peer = getattr(peer, "ipv4_mapped", None) or peer
        return peer.is_private or peer.is_loopback

    @property
    def is_alive(self) -> bool:
        """Neither closed nor, while it was idle, spoken to: all a server says unasked is good-bye."""
        if self.sock is None or self.heard:
            return False
        look = select.poll()
        look.register(self.sock, select.POLLIN)
        return not look.poll(0)

    def leave(self):
        """Say good-bye and do not wait for the answer. Never raises."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if self.sock is not None:
                self.allow(1)
                self.send("QUIT\r\n")
        with contextlib.suppress(OSError):
            self.close()

    def _next_line(self) -> bytes:
        while b"\n" not in self.heard:
            if len(self.heard) > MAX_LINE:
                return b""
            piece = self._socket().recv(MAX_LINE)
            if not piece:
                raise ConnectionResetError(_("the server closed the connection"))
            self.heard += piece
        line, _end, self.heard = self.heard.partition(b"\n")
        return line

    def _socket(self) -> socket.socket:
        """With the time left as its timeout."""
        if self.sock is None:
            raise ConnectionResetError(_("the server closed the connection"))
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self.sock.settimeout(left)
        return self.sock


def opened(route: Route) -> Line:
    """A server that has greeted us, over TLS where the route says so. ServerTrouble otherwise.

    RuntimeError inside a database transaction.
    """
    refuse_inside_transaction()
    context = None if route.security == "none" else _trusting(route)
    try:
        return _greeted(route, context)
    except ssl.SSLCertVerificationError as error:
        trouble = line_errors.explained(error, route.host, route.port, certificate=_certificate(route))
    except smtplib.SMTPNotSupportedError:
        trouble = (
            Trouble.CERTIFICATE,
            _("The server %s offers no STARTTLS, so nothing was sent to it.") % route.place,
        )
    except smtplib.SMTPResponseException as error:
        raise turned_away(error.smtp_code, error.smtp_error) from None
    except OSError as error:
        trouble = line_errors.explained(error, route.host, route.port)
    raise ServerTrouble(*trouble)


def turned_away(code: int, words: bytes) -> ServerTrouble:
    """For a greeting, EHLO or STARTTLS that was answered with a no."""
    return ServerTrouble(
        Trouble.REFUSED if code >= 500 else Trouble.BUSY,  # noqa: PLR2004 RFC 5321: 5yz is final
        _("The mail server turned us away: %s") % said(code, words),
        retry_after=throttled(code, words),
    )


def _greeted(route: Route, context: ssl.SSLContext | None) -> Line:
    line = Line(route, context)
    try:
        if route.security == "starttls":
            line.ehlo_or_helo_if_needed()
            line.starttls(context=context)
        line.ehlo_or_helo_if_needed()
    except BaseException:
        line.close()
        raise
    return line


def _trusting(route: Route) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if route.ca_file:
        try:
            context.load_verify_locations(route.ca_file)
        except OSError as error:
            raise ServerTrouble(
                Trouble.CERTIFICATE,
                _("The file with the certificate to trust cannot be read: %s") % line_errors.words_of(error),
            ) from None
    return context


def _certificate(route: Route) -> bytes:
    """What the server shows, unbelieved, so that it can be told what is wrong with it. b"" when it will not say."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        line = _greeted(route.hurried(LOOK_AT_CERTIFICATE), context)
    except (OSError, ServerTrouble):
        return b""
    certificate = line.sock.getpeercert(binary_form=True)
    line.leave()
    return certificate or b""
