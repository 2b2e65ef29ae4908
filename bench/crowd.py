"""python -m bench.crowd PORT SESSIONS_FILE: hold one change stream per session, and say when frames came.

Talks in lines of JSON: {"open": 100} when so many streams have said hello; it waits to be given a number on
standard input and opens streams up to it. Given {"event id": seconds on the machine's clock, …} it answers with
the milliseconds from there to the frame over all streams and events, and with how many frames are missing.
"""

import asyncio
import json
import re
import resource
import sys
import time
from pathlib import Path

import uvloop

from bench.figures import quantile

TOGETHER = 50  # streams being opened at once
FRAME_ID = re.compile(rb"id: [0-9a-f]+\.\d+\.(\d+)\ndata: (\S+)")


class Stream(asyncio.Protocol):
    """Notes what comes with its time and looks into it later: the crowd must not be what is slow."""

    def __init__(self, session: str):
        self.session, self.seen = session, []
        self.greeted = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        head = "GET /live/changes HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
        transport.write(f"{head}Cookie: okienko_session={self.session}\r\n\r\n".encode())

    def data_received(self, data: bytes):
        self.seen.append((time.time(), data))
        if not self.greeted.done() and b"data: hello" in data:
            self.greeted.set_result(None)

    def connection_lost(self, error):
        if not self.greeted.done():
            said = b"".join(data for _, data in self.seen)[:200]
            self.greeted.set_exception(ConnectionError(f"a stream ended before it began: {said!r}"))

    def arrivals(self) -> dict[int, float]:
        """Event id → seconds when its frame was here."""
        return {
            int(number): at
            for at, data in self.seen
            for number, topic in FRAME_ID.findall(data)
            if topic not in {b"hello", b"reset"}
        }


async def opened(port: int, sessions: list[str]) -> list[Stream]:
    loop, room = asyncio.get_running_loop(), asyncio.Semaphore(TOGETHER)

    async def one(session: str) -> Stream:
        async with room:
            _, stream = await loop.create_connection(lambda: Stream(session), "127.0.0.1", port)
            await stream.greeted
            return stream

    return await asyncio.gather(*map(one, sessions))


def report(streams: list[Stream], moments: dict[int, float]) -> dict:
    """Latencies in ms, with how many of the frames that were due never came."""
    late, missing = [], 0
    for stream in streams:
        here = stream.arrivals()
        late += [(here[pk] - moment) * 1000 for pk, moment in moments.items() if pk in here]
        missing += sum(pk not in here for pk in moments)
    return {
        "frames": len(late),
        "missing": missing,
        "p50": quantile(late, 0.5),
        "p99": quantile(late, 0.99),
        "most": max(late),
    }


async def main(port: int, sessions: list[str]):
    loop, streams = asyncio.get_running_loop(), []
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        match json.loads(line):
            case int(count):
                streams += await opened(port, sessions[len(streams) : count])
                answer = {"open": len(streams)}
            case dict(moments):
                answer = report(streams, {int(pk): at for pk, at in moments.items()})
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    keys = Path(sys.argv[2]).read_text().split()
    uvloop.run(main(int(sys.argv[1]), keys))
