"""A process with the real door and a trivial page behind it: `python -m okienko.front.tests.house FOLDER PATIENCE GRACE`.

Prints the line of `okienko serve`. The page answers /count with how many requests reached it, /large with 3 MB,
/slow after a minute, anything else with the length of the body it got.
"""

import asyncio
import sys
import time
from pathlib import Path

import django
from django.conf import settings

LARGE = b"x" * 3_000_000


def configure(folder: Path):
    settings.configure(
        INSTALLED_APPS=["django.contrib.staticfiles", "okienko.files"],
        SECRET_KEY="house",
        STATIC_URL="/static/",
        STATIC_ROOT=folder / "static",
        FILES_DIR=folder / "files",
        SECURE_PROXY_SSL_HEADER=None,
        WEB_THREADS=4,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()


class Counted:
    def __init__(self):
        self.requests = 0

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/count":
            content = str(self.requests).encode()
        else:
            self.requests += 1
            body = environ["wsgi.input"].read()
            if environ["PATH_INFO"] == "/slow":
                time.sleep(60)
            content = LARGE if environ["PATH_INFO"] == "/large" else str(len(body)).encode()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(content)))])
        return [content]


class Streams:
    """Open until the process is told to stop."""

    def __init__(self):
        self.closed = asyncio.Event()

    async def __call__(self, scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello\n", "more_body": True})
        await self.closed.wait()
        await send({"type": "http.response.body", "body": b"bye\n"})


def main(folder: Path, patience: float, grace: int):
    configure(folder)
    from okienko.front import server
    from okienko.front.router import Router

    server.GRACE_SECONDS = grace
    streams = Streams()
    router = Router(Counted(), live={"/live/changes": streams})
    router.pages.patience = patience
    with server.bound("127.0.0.1", 0) as listener:
        server.serve(router, listener, closing=streams.closed.set)
    print("stopped", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
