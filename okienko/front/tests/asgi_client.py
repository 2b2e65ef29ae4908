"""A client that speaks ASGI to an application directly: no socket, no server."""

import asyncio
from typing import NamedTuple


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def scope(path="/", method="GET", headers=(), query=b"", client=("192.0.2.7", 5000)):
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        "client": client,
        "server": ("127.0.0.1", 80),
    }


def ask(app, *args, chunks=(b"",), ends="complete", **kwargs) -> Answer | None:
    """Sends the chunks, then, as `ends` says, nothing more, silence, or a lost line. None when nobody answers."""
    return asyncio.run(asked(app, scope(*args, **kwargs), chunks, ends))


async def asked(app, request, chunks=(b"",), ends="complete") -> Answer | None:
    waiting, sent = list(chunks), []

    async def receive():
        if waiting:
            last = len(waiting) == 1 and ends == "complete"
            return {"type": "http.request", "body": waiting.pop(0), "more_body": not last}
        if ends == "silence" or sent == []:
            await asyncio.sleep(0 if ends == "lost" else 3600)
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    await app(request, receive, send)
    if not sent:
        return None
    start, *rest = sent
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], headers, b"".join(message.get("body", b"") for message in rest))
