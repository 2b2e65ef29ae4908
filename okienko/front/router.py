"""The front door: every request comes in here and is sent to the room that knows it.

/live/*     plain ASGI functions on the event loop (thousands stay open)
/static/*   collected files of the product
/files/*    attachments, by signed link
the rest    Django pages in a fixed number of threads, with the body read before
"""

from django.conf import settings

from okienko.front.answers import answer
from okienko.front.files import files
from okienko.front.lifespan import Lifespan
from okienko.front.limits import Limits, with_client
from okienko.front.spool import KB, Spool
from okienko.front.static import Static
from okienko.front.wsgi import Pages


class Router:
    """An ASGI application.

    `wsgi` makes the pages, `live` maps paths below /live/ to ASGI functions, `parts` are started and stopped
    with the process (lifespan.Part), `sign_in` is the path of the page that takes passwords.
    """

    def __init__(self, wsgi, *, live=None, parts=(), sign_in="/sign-in/"):
        self.live = dict(live or {})
        self.lifespan = Lifespan(parts)
        self.limits = Limits(sign_in)
        self.static = Static(settings.STATIC_ROOT)
        self.pages = Spool(Pages(wsgi, settings.WEB_THREADS), limits=[(sign_in, 64 * KB)])

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            scope = with_client(scope)
            await self._room(scope)(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self.lifespan(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    def _room(self, scope):
        path = scope["path"]
        if path.startswith(settings.STATIC_URL):
            return self.static
        if path.startswith("/live/"):
            return self.live.get(path) or answer(404)
        if path.startswith("/files/"):
            return files
        early = self.limits.wait(scope)
        return answer(429, retry_after=str(early)) if early else self.pages
