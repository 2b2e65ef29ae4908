"""What runs in the process beside the pages: started in order before the first request, stopped in reverse."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

logger = logging.getLogger(__name__)


def _stop(handle):
    handle.stop()


@dataclass(frozen=True)
class Part:
    """`start(loop)` returns a handle, `stop(handle)` ends it; both may use the database and may block."""

    name: str
    start: Callable[[asyncio.AbstractEventLoop], Any]
    stop: Callable[[Any], None] = _stop


class Lifespan:
    """The ASGI lifespan of the process. A part that cannot start ends it with one plain sentence."""

    def __init__(self, parts: Sequence[Part]):
        self.parts = tuple(parts)
        self.running: list[tuple[Part, Any]] = []

    async def __call__(self, scope, receive, send):
        await receive()
        try:
            await self._start()
        except StartFailed as failure:
            await self._stop()
            await send({"type": "lifespan.startup.failed", "message": str(failure)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _start(self):
        loop = asyncio.get_running_loop()
        for part in self.parts:
            try:
                handle = await asyncio.to_thread(_with_database, part.start, loop)
            except Exception as error:
                logger.debug("%s", part.name, exc_info=True)
                raise StartFailed(f"Okienko cannot start its {part.name}: {error}") from error
            self.running.append((part, handle))

    async def _stop(self):
        while self.running:
            part, handle = self.running.pop()
            try:
                await asyncio.to_thread(_with_database, part.stop, handle)
            except Exception:
                logger.exception("the %s did not stop cleanly", part.name)


class StartFailed(Exception):
    """A part could not start; the message is for whoever started the process."""


def _with_database(act, *arguments):
    """Runs `act` in this thread and leaves no database connection of the thread behind."""
    try:
        return act(*arguments)
    finally:
        connections.close_all()
