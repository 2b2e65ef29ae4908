"""Reads a request body whole before a page gets to work on it.

A phone on a bad line sends an attachment for minutes; that must cost a file handle, never one of the few
threads that make pages. And a body that was cut short must never look like a complete one.
"""

import asyncio
import errno
from tempfile import SpooledTemporaryFile

from django.conf import settings

from okienko.front.answers import answer

KB, MB = 1024, 1024 * 1024
IN_MEMORY = MB
DEFAULT_LIMIT = 30 * MB
SECONDS_WITHOUT_A_BYTE = 30
MORE_IS_COMING = {413, 503}
LINGER_SECONDS = 3
LINGER_BYTES = 64 * MB


class Refused(Exception):
    """The body is not wanted; `status` says why in HTTP's words."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


class Gone(Exception):
    """The client left before its body was complete: there is nobody to answer."""


class Spool:
    """An ASGI application in front of `pages(scope, body, send)`.

    `limits` are (path prefix, bytes) pairs, the first that fits rules; all other paths may send DEFAULT_LIMIT.
    """

    def __init__(self, pages, limits=(), patience: float = SECONDS_WITHOUT_A_BYTE):
        self.pages = pages
        self.limits = tuple(limits)
        self.patience = patience

    def limit(self, path: str) -> int:
        return next((size for prefix, size in self.limits if path.startswith(prefix)), DEFAULT_LIMIT)

    async def __call__(self, scope, receive, send):
        folder = settings.FILE_UPLOAD_TEMP_DIR
        with SpooledTemporaryFile(max_size=IN_MEMORY, dir=folder) as body:
            try:
                size = await self._read(scope, receive, body)
            except Gone:
                return
            except Refused as refusal:
                await _refuse(refusal.status, scope, receive, send)
                return
            body.seek(0)
            await self.pages({**scope, "headers": _with_length(scope["headers"], size)}, body, send)

    async def _read(self, scope, receive, body) -> int:
        """Fills `body` and returns its size in bytes; raises Refused or Gone."""
        declared = _declared(scope["headers"])
        if declared == 0:
            return 0
        limit = self.limit(scope["path"])
        if declared is not None and declared > limit:
            raise Refused(413)
        size, more = 0, True
        while more:
            chunk, more = await self._chunk(receive)
            size += len(chunk)
            if size > limit:
                raise Refused(413)
            await _write(body, chunk, size)
        if declared is not None and size != declared:
            raise Refused(400)
        return size

    async def _chunk(self, receive) -> tuple[bytes, bool]:
        try:
            async with asyncio.timeout(self.patience):
                message = await receive()
        except TimeoutError:
            raise Refused(408) from None
        if message["type"] == "http.disconnect":
            raise Gone
        return message.get("body", b""), message.get("more_body", False)


def _declared(headers) -> int | None:
    """The announced size in bytes: 0 when there is no body, None when it comes in chunks of unknown sum."""
    named = {name: value for name, value in headers if name in {b"content-length", b"transfer-encoding"}}
    if b"transfer-encoding" in named:
        return None
    length = named.get(b"content-length", b"0")
    if not length.isdigit():
        raise Refused(400)
    return int(length)


def _with_length(headers, size: int) -> list[tuple[bytes, bytes]]:
    kept = [pair for pair in headers if pair[0] not in {b"content-length", b"transfer-encoding"}]
    return [*kept, (b"content-length", str(size).encode())] if size or len(kept) < len(headers) else kept


async def _write(body, chunk: bytes, size: int):
    try:
        if size <= IN_MEMORY:
            body.write(chunk)
        else:
            # A disk under load may take its time; every open stream of this process would wait with it.
            await asyncio.to_thread(body.write, chunk)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Refused(503) from error
        raise


async def _refuse(status: int, scope, receive, send):
    """Answers; where more is still coming reads on, for closing on unread bytes resets the line and loses the answer."""

    async def send_unfinished(message):
        await send({**message, "more_body": True} if message["type"] == "http.response.body" else message)

    await answer(status, connection="close")(scope, receive, send_unfinished)
    if status in MORE_IS_COMING:
        await _swallow(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _swallow(receive):
    left = LINGER_BYTES
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return
