"""The door of this installation: the router with everything that lives behind it."""

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.shortcuts import resolve_url

from okienko.accounts import browsers
from okienko.events import tailer, worker
from okienko.front import live
from okienko.front.lifespan import Part
from okienko.front.router import Router
from okienko.inboxes import fetching, listeners

# A job that is not done by then runs again elsewhere when its lease ends.
SECONDS_FOR_JOBS = 3


def door(*, workers: bool = True) -> Router:
    """The ASGI application; without `workers` the jobs are left to `okienko worker` processes."""
    return Router(
        WSGIHandler(),
        live={"/live/changes": live.changes},
        parts=parts(workers=workers),
        sign_in=resolve_url(settings.LOGIN_URL),
    )


def parts(*, workers: bool) -> list[Part]:
    jobs = Part("job threads", lambda _: worker.start(), lambda handle: handle.stop(timeout=SECONDS_FOR_JOBS))
    return [
        Part("change stream", tailer.start),
        Part("look at the door", live.start_looking, lambda looking: looking.cancel()),
        Part("register of browsers", lambda _: browsers.start()),
        *([jobs, Part("postman", lambda _: fetching.start())] if workers else []),
        Part("door for local mail", lambda _: listeners.start()),
    ]
