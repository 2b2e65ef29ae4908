"""/live/changes, spoken to as a server speaks to it."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections, transaction

from okienko.events import cursor, hub
from okienko.events.cursor import Position
from okienko.events.hub import Change, Hub
from okienko.events.log import Actor, record
from okienko.events.registry import REGISTRY
from okienko.events.tests.house import BellRang

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("epoch")]
PATIENCE = 20
RETRY = "retry: 2000"


@pytest.fixture
def live():
    # The front door lies above this room; its stream is tried here, with the hub it serves from.
    return import_module("okienko.front.live")


@pytest.fixture
def anna():
    return agent("anna")


def agent(name: str):
    made = apps.get_model("accounts", "Agent")(email=f"{name}@ziarno.example", name=name)
    made.set_password("filiżanka-szron")
    made.save()
    return made


def signed_in(agent) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


class Stream:
    """One request to /live/changes and what it has said so far."""

    def __init__(self, live, cookie: str = "", last_id: str = "", query: str = ""):
        headers = [(b"cookie", cookie.encode("latin-1"))] if cookie else []
        headers += [(b"last-event-id", last_id.encode("latin-1"))] if last_id else []
        scope = {"type": "http", "headers": headers, "query_string": query.encode()}
        self.status, self.said, self.is_over = 0, b"", False
        self.left, self.heard = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(live.changes(scope, self.receive, self.send))

    async def receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.said += message["body"]
            self.is_over = not message.get("more_body", False)
        self.heard.set()

    async def until(self, condition):
        async with asyncio.timeout(PATIENCE):
            while not condition(self):
                await self.heard.wait()
                self.heard.clear()
        return self

    def topics(self) -> list[str]:
        return [line[6:] for line in self.said.decode().splitlines() if line.startswith("data: ")]

    def ids(self) -> list[str]:
        return [line[4:] for line in self.said.decode().splitlines() if line.startswith("id: ")]


def running(scenario):
    """Run `scenario(hub)` beside a hub that begins at the end of the log; one thread asks the database."""

    async def run():
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        async with opened(loop) as the_hub:
            return await scenario(the_hub)

    until_readable()
    return asyncio.run(run())


def until_readable():
    """On PostgreSQL an open transaction anywhere in the cluster, of another suite too, holds events back."""
    deadline = time.monotonic() + PATIENCE
    while cursor.newer_than(Position()).held_back:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@asynccontextmanager
async def opened(loop):
    begin, token = await asyncio.to_thread(lambda: (cursor.last(), cursor.epoch()))
    the_hub = Hub(loop, epoch=token, start=begin)
    await asyncio.sleep(0)
    hub.install(the_hub)
    try:
        yield the_hub
    finally:
        the_hub.close()
        hub.install(None)
        await asyncio.to_thread(connections.close_all)


def has(*topics):
    return lambda stream: stream.topics() == list(topics)


def change(the_hub, number: int, audience=None) -> Change:
    return Change(Position(the_hub.newest.xid, the_hub.newest.id + number), f"bell/{number}", audience)


def test_strangers_are_refused(live):
    anna, gone = agent("anna"), agent("bartek")
    cookies = ["", "okienko_session=nonsense", "okienko_session=", f"other={signed_in(anna)[16:]}"]
    cookies.append(signed_in(gone))
    gone.is_active = False
    gone.save()
    cookies.append(signed_in(anna))
    anna.set_password("inna-filiżanka")
    anna.save()

    async def scenario(the_hub):
        streams = [Stream(live, cookie) for cookie in cookies]
        for stream in streams:
            await stream.until(lambda one: one.is_over)
            await stream.task
        return [(one.status, one.said) for one in streams], len(the_hub.subscribers)

    assert running(scenario) == ([(401, b"")] * 6, 0)


def test_without_a_hub_it_is_not_open(live, anna):
    cookie = signed_in(anna)

    async def scenario(_):
        hub.install(None)
        stream = await Stream(live, cookie).until(lambda one: one.is_over)
        return stream.status

    assert running(scenario) == 503


def test_only_what_one_may_know(live, anna):
    cookie = signed_in(anna)

    async def scenario(the_hub):
        stream = await Stream(live, cookie).until(has("hello"))
        first = stream.said.decode().splitlines()[0]
        the_hub.publish([change(the_hub, 1), change(the_hub, 2, frozenset({anna.pk + 1}))])
        the_hub.publish([change(the_hub, 3, frozenset({anna.pk})), change(the_hub, 4, frozenset())])
        await stream.until(lambda one: len(one.topics()) == 3)
        live.close_all()
        await stream.until(lambda one: one.is_over)
        await stream.task
        return first, stream.status, stream.topics(), len(the_hub.subscribers)

    assert running(scenario) == (RETRY, 200, ["hello", "bell/1", "bell/3"], 0)


def test_a_browser_that_leaves_is_forgotten(live, anna):
    cookie = signed_in(anna)

    async def scenario(the_hub):
        stream = await Stream(live, cookie).until(has("hello"))
        before = len(the_hub.subscribers)
        stream.left.set()
        await asyncio.wait_for(stream.task, PATIENCE)
        return before, len(the_hub.subscribers)

    assert running(scenario) == (1, 0)


def test_back_within_memory(live, anna):
    """Of several changes to one thing the last counts; `?after=` serves a tab that takes over."""
    cookie = signed_in(anna)

    async def scenario(the_hub):
        last_id = f"{the_hub.epoch}.{the_hub.newest.xid}.{the_hub.newest.id}"
        base = the_hub.newest.id
        made = [change(the_hub, number) for number in (1, 2)]
        again = Change(Position(the_hub.newest.xid, base + 3), "bell/1", None)
        the_hub.publish([*made, again, change(the_hub, 4, frozenset())])
        by_header = await Stream(live, cookie, last_id).until(has("bell/2", "bell/1", "hello"))
        by_query = await Stream(live, cookie, query=f"after={last_id}").until(
            has("bell/2", "bell/1", "hello")
        )
        return [[int(one.rpartition(".")[2]) - base for one in s.ids()] for s in (by_header, by_query)]

    assert running(scenario) == [[2, 3, 4]] * 2


def test_back_from_longer_ago_asks_the_database(live, anna, monkeypatch):
    monkeypatch.setattr(REGISTRY, "audiences", {"bell": dict.fromkeys})
    cookie, before = signed_in(anna), cursor.last()
    for number in (1, 2, 1):
        ring(number)

    async def scenario(the_hub):
        last_id = f"{the_hub.epoch}.{before.xid}.{before.id}"
        stream = await Stream(live, cookie, last_id).until(has("bell/2", "bell/1", "hello"))
        return stream.ids()[-1] == f"{the_hub.epoch}.{the_hub.newest.xid}.{the_hub.newest.id}"

    assert running(scenario) is True


def test_what_is_written_while_the_database_is_asked_comes_once(live, anna, monkeypatch):
    """It is in the answer of the database and is published, too; and no id promises more than was sent."""
    monkeypatch.setattr(REGISTRY, "audiences", {"bell": dict.fromkeys})
    cookie, before = signed_in(anna), cursor.last()
    ring(1)
    looked_up = live.looked_up

    def slowly(position, until):
        ring(2)
        found = looked_up(position, until)
        ring(3)
        batch = cursor.newer_than(until)
        current = hub.current()
        current.loop.call_soon_threadsafe(
            current.publish, [Change(row.position, f"bell/{row.subject_id}", None) for row in batch.rows]
        )
        return found

    monkeypatch.setattr(live, "looked_up", slowly)

    async def scenario(the_hub):
        stream = Stream(live, cookie, f"{the_hub.epoch}.{before.xid}.{before.id}")
        await stream.until(has("bell/1", "hello", "bell/2", "bell/3"))
        order = [tuple(map(int, one.split(".")[1:])) for one in stream.ids()]
        return order == sorted(order), order[0] == order[1]

    assert running(scenario) == (True, True)


@pytest.mark.parametrize("last_id", ["other.0.1", "nonsense", "{epoch}.0.²", "{epoch}.0.0"])
def test_who_cannot_be_told_what_was_missed_asks_for_everything(live, anna, last_id, monkeypatch):
    """Another life of the log, no position at all, or too much since then."""
    monkeypatch.setattr(live, "MOST_REPLAYED", 2)
    cookie = signed_in(anna)
    ring(1)
    ring(2)

    async def scenario(the_hub):
        given = last_id.replace("{epoch}", the_hub.epoch)
        stream = await Stream(live, cookie, given).until(has("reset"))
        return stream.status

    assert running(scenario) == 200


def ring(number: int):
    with transaction.atomic():
        record(BellRang(bell_id=number), actor=Actor.system())
