"""The door for local mail: an LMTP server (RFC 2033) that says 250 only for what is stored.

It trusts whoever reaches it and asks no password: let it listen on the loopback address, or in a network
where only your own mail server can reach it.
"""

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import syntax
from django.conf import settings

from okienko.inboxes.channel import Listener

Deliver = Callable[[str, bytes], None]

THREADS = 4
STOP_SECONDS = 1.5
IDLE_SECONDS = 300
CHUNK = 256 * 1024

STORED = "250 2.1.5 stored"
UNKNOWN = "550 5.1.1 no such address here"
TOO_BIG = "552 5.3.4 the message is larger than this server takes"
LATER = "451 4.3.0 the message could not be stored, try again later"

logger = logging.getLogger(__name__)


class LetterBox(LMTP):
    """One connection. Differs from aiosmtpd in that each recipient has an answer and the data stay as they came."""

    line_length_limit = CHUNK  # of the stream; letters may have longer lines

    def __init__(self, door: "Door"):
        super().__init__(
            Greeting(),
            data_size_limit=door.max_bytes,
            enable_SMTPUTF8=True,
            hostname=socket.gethostname(),
            ident="LMTP",
            timeout=IDLE_SECONDS,
            loop=asyncio.get_running_loop(),
        )
        self.door = door

    def connection_made(self, transport):
        super().connection_made(transport)
        self.door.boxes.add(self)

    def connection_lost(self, error):
        self.door.boxes.discard(self)
        super().connection_lost(error)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None):  # noqa: N802 the name is aiosmtpd's
        """Read the letter to its end, store it for each recipient, answer for each."""
        if await self.check_helo_needed():
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self.door.begin()
        try:
            payload = await self._letter()
            for recipient in self.envelope.rcpt_tos:
                await self.push(TOO_BIG if payload is None else await self.door.stored(recipient, payload))
                self._reset_timeout()
        finally:
            self.door.end()
        self._set_post_data_state()

    async def _letter(self) -> bytes | None:
        """The letter byte for byte, its dots unstuffed; None when it is too big (it is read to its end)."""
        data = bytearray()
        is_too_big = False
        while data != b".\r\n" and not data.endswith(b"\r\n.\r\n"):
            try:
                data += await self._reader.readuntil(b".\r\n")
            except asyncio.LimitOverrunError as error:
                data += await self._reader.readexactly(error.consumed)
            self._reset_timeout()
            if len(data) > self.door.max_bytes:
                is_too_big = True
            if is_too_big:
                del data[:-5]
        if is_too_big:
            return None
        del data[-3:]
        return bytes(data).removeprefix(b".").replace(b"\r\n.", b"\r\n")


class Greeting:
    """What the answer to LHLO promises besides the library's own words."""

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", responses[-1]]


class Door:
    """The listening socket with its thread and loop. `address`: (host, port) it really listens on."""

    def __init__(self, host: str, port: int, deliver: Deliver, *, max_bytes: int):
        """Listens when it returns. OSError when the address cannot be had."""
        self.deliver = deliver
        self.max_bytes = max_bytes
        self.boxes: set[LetterBox] = set()
        self.letters = 0  # being read or stored now; only the loop's thread counts
        self.idle = asyncio.Event()
        self.threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="lmtp-store")
        opened: Future = Future()
        self.thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(host, port, opened)), name="lmtp", daemon=True
        )
        self.thread.start()
        try:
            self.address, self.loop, self.stopping = opened.result()
        except OSError:
            self.threads.shutdown(wait=False)
            raise

    def close(self):
        """Letters being stored are waited for a moment; those unanswered stay with the mail server."""
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            self.loop.call_soon_threadsafe(self.stopping.set)
        self.thread.join(STOP_SECONDS + 0.4)
        self.threads.shutdown(wait=False, cancel_futures=True)

    def begin(self):
        self.letters += 1
        self.idle.clear()

    def end(self):
        self.letters -= 1
        if not self.letters:
            self.idle.set()

    async def stored(self, recipient: str, payload: bytes) -> str:
        """Deliver to one recipient; the status line that says what became of it."""
        try:
            await asyncio.get_running_loop().run_in_executor(self.threads, self.deliver, recipient, payload)
        except KeyError:
            return UNKNOWN
        except Exception:  # whatever it is, the mail server keeps the letter and comes again
            logger.exception("a letter that came by LMTP could not be stored")
            return LATER
        return STORED

    async def _serve(self, host: str, port: int, opened: Future):
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(lambda: LetterBox(self), host or None, port)
        except OSError as error:
            opened.set_exception(error)
            return
        opened.set_result((server.sockets[0].getsockname()[:2], loop, stopping))
        await stopping.wait()
        server.close()
        if self.letters:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.idle.wait(), STOP_SECONDS)
        for box in list(self.boxes):
            if box.transport is not None:
                box.transport.close()


def start(deliver: Deliver) -> Callable[[], None] | None:
    """Open the door at settings.LMTP_ADDRESS ("host:port"); None where there is none. Returns its stop.

    ValueError for an address without a port, OSError when it cannot be had.
    """
    if not settings.LMTP_ADDRESS:
        return None
    host, _, port = settings.LMTP_ADDRESS.rpartition(":")
    if not port.isdigit():
        raise ValueError(f"OKIENKO_LMTP must look like 127.0.0.1:2424, not {settings.LMTP_ADDRESS}")
    return Door(host.strip("[]"), int(port), deliver, max_bytes=settings.MAX_MAIL_BYTES).close


LISTENER = Listener(name="lmtp", start=start)
