"""/live/changes: server-sent events that say what changed, never what it now says.

The browser answers by asking the ordinary view again, so permissions, language and layout
stay in one place.
"""

import asyncio
import logging
from concurrent.futures import Future
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from okienko.accounts.sessions import still_welcome, visitor_of_cookies
from okienko.events import cursor, hub
from okienko.events.cursor import Position
from okienko.events.hub import Change, Hub, Subscriber, frame
from okienko.events.tailer import changes_of

logger = logging.getLogger(__name__)
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
MOST_REPLAYED = 2000
LOOK = 20.0  # seconds between two looks at who still may listen


async def changes(scope, receive, send):
    visitor = await in_thread(visitor_of_cookies, cookies(scope))
    the_hub = hub.current()
    if visitor is None or the_hub is None:
        await refuse(send, 401 if visitor is None else 503)
        return
    # The subscription comes first: what happens while we look back is already queued.
    subscriber = the_hub.subscribe(visitor.agent_id, visitor)
    gone = asyncio.create_task(until_gone(receive))
    gone.add_done_callback(subscriber.close)
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await body(send, await first_frames(the_hub, subscriber, last_event_id(scope)))
        if there := the_hub.board.frames_for(visitor.agent_id):
            await body(send, there)
        while data := await subscriber.next():
            await body(send, data)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except OSError:
        pass  # the browser left in the middle of a frame; it will come back with its last id
    finally:
        the_hub.leave(subscriber)
        gone.cancel()


async def look_at_the_door():
    """Again and again: streams whose browser was signed out, has expired or lost its rights end within LOOK seconds."""
    while True:
        await asyncio.sleep(LOOK)
        try:
            await show_out()
        except Exception:
            logger.exception("who still may listen is not known; asking again")


async def show_out():
    """One question for all streams of this process; none when nobody listens."""
    the_hub = hub.current()
    subscribers = [each for each in the_hub.subscribers if each.visitor] if the_hub else []
    if not subscribers:
        return
    welcome = await in_thread(still_welcome, {each.visitor for each in subscribers})
    for subscriber in subscribers:
        if subscriber.visitor not in welcome:
            subscriber.close()  # the browser comes back, is told 401, and says so


def start_looking(loop: asyncio.AbstractEventLoop) -> Future:
    return asyncio.run_coroutine_threadsafe(look_at_the_door(), loop)


async def first_frames(the_hub: Hub, subscriber: Subscriber, last_id: str) -> bytes:
    """Greeting, and what the browser missed: from memory, else from the database, else "ask for everything"."""
    hello = b"retry: 2000\n\n" + the_hub.hello()
    if not last_id:
        return hello
    position, until = the_hub.position_of(last_id), the_hub.newest
    missed = None if position is None else the_hub.since(position)
    if position is not None and missed is None:
        missed = await in_thread(looked_up, position, until)
    if missed is None:
        return b"retry: 2000\n\n" + the_hub.reset()
    topics = {change.topic: change for change in missed if change.is_for(subscriber.agent_id)}
    in_order = sorted(topics.values(), key=lambda change: change.position)
    return (
        b"retry: 2000\n\n"
        + b"".join(frame(the_hub.epoch, c.position, c.topic) for c in in_order)
        + the_hub.hello(until)
    )


def looked_up(position: Position, until: Position) -> list[Change] | None:
    """The changes after `position`, from the database; None when there are too many.

    Not beyond `until`, where the subscription began: those come by it, and must not come twice.
    """
    batch = cursor.newer_than(position, most=MOST_REPLAYED)
    if len(batch.rows) == MOST_REPLAYED:
        return None
    return changes_of([row for row in batch.rows if row.position <= until])


async def in_thread(function, *arguments):
    """Runs `function`, which uses the database, in a thread that may outlive a restart of the database."""
    return await sync_to_async(connected, thread_sensitive=False)(function, *arguments)


def connected(function, *arguments):
    close_old_connections()
    return function(*arguments)


async def until_gone(receive):
    while (await receive())["type"] != "http.disconnect":
        pass


async def body(send, data: bytes):
    await send({"type": "http.response.body", "body": data, "more_body": True})


async def refuse(send, status: int):
    # 204 would stop an EventSource for good; 401 does too, and the page then asks the person to sign in.
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"cache-control", b"no-store")]}
    )
    await send({"type": "http.response.body", "body": b""})


def header(scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def cookies(scope) -> dict[str, str]:
    parts = (piece.strip().partition("=") for piece in header(scope, b"cookie").split(";"))
    return {name: value for name, _, value in parts if name}


def last_event_id(scope) -> str:
    """The header of a reconnecting EventSource, or `?after=` of a tab that takes over the stream of another."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[0]
    return (header(scope, b"last-event-id") or asked)[:80]


def close_all():
    """End every stream of this process; the browsers come back to another one, or to the next."""
    the_hub = hub.current()
    if the_hub is not None:
        the_hub.close()
