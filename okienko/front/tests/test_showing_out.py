"""Open streams of browsers that may no longer listen end, and cost one question together."""

import asyncio

import pytest
from django.conf import settings
from django.test.utils import CaptureQueriesContext

from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent, devices
from okienko.accounts.tests.browsing import browser
from okienko.events.log import Actor
from okienko.events.tests.conftest import epoch  # noqa: F401 - a fixture
from okienko.events.tests.test_stream_live import PATIENCE, Stream, has, running
from okienko.front import live

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("epoch")]


def agent(name: str) -> Agent:
    return add_agent(email=f"{name}@ziarno.example", name=name, password=None)


def cookie(device) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={device.session_key}"


def forget(anna, device):
    devices.forget(device.session_key, actor=Actor.system())


def dismiss(anna, device):
    Agent.objects.filter(pk=anna.pk).update(is_active=False)


def promote(anna, device):
    Agent.objects.filter(pk=anna.pk).update(role="lead")


@pytest.mark.parametrize(("act", "afterwards"), [(forget, 401), (dismiss, 401), (promote, 200)])
def test_a_stream_ends_when_its_browser_may_no_longer_listen(act, afterwards):
    anna, bartek = agent("anna"), agent("bartek")
    mine, its = browser(anna)[1], browser(bartek)[1]

    async def scenario(the_hub):
        goes = await Stream(live, cookie(mine)).until(has("hello"))
        stays = await Stream(live, cookie(its)).until(has("hello"))
        await live.show_out()
        before = goes.is_over
        await asyncio.to_thread(act, anna, mine)
        await live.show_out()
        await goes.until(lambda one: one.is_over)
        again = await Stream(live, cookie(mine)).until(lambda one: one.status)
        return before, stays.is_over, again.status, len(the_hub.subscribers) == 1 + (afterwards == 200)

    assert running(scenario) == (False, False, afterwards, True)


def test_it_is_looked_again_and_again_within_half_a_minute(monkeypatch):
    anna = agent("anna")
    mine = browser(anna)[1]
    assert live.LOOK <= 30
    monkeypatch.setattr(live, "LOOK", 0.05)

    async def scenario(_):
        stream = await Stream(live, cookie(mine)).until(has("hello"))
        looking = live.start_looking(asyncio.get_running_loop())
        await asyncio.to_thread(forget, anna, mine)
        await stream.until(lambda one: one.is_over)
        looking.cancel()
        return stream.status

    assert running(scenario) == 200


def test_a_database_that_fails_ends_nothing(monkeypatch):
    mine = browser(agent("anna"))[1]
    monkeypatch.setattr(live, "LOOK", 0.01)

    async def scenario(the_hub):
        tries = asyncio.Queue()

        def fails(_visitors):
            the_hub.loop.call_soon_threadsafe(tries.put_nowait, 1)
            raise OSError

        stream = await Stream(live, cookie(mine)).until(has("hello"))
        monkeypatch.setattr(live, "still_welcome", fails)
        looking = live.start_looking(asyncio.get_running_loop())
        tried = [await asyncio.wait_for(tries.get(), PATIENCE) for _ in range(3)]
        looking.cancel()
        return tried, stream.is_over

    assert running(scenario) == ([1, 1, 1], False)


@pytest.mark.parametrize("count", [0, 1, 2000])
def test_however_many_listen_it_is_one_question(count):
    """None when nobody does."""
    visitor = live.visitor_of_cookies(dict([cookie(browser(agent("anna"))[1]).split("=")]))
    asked = []

    def counting(function, *arguments):
        from django.db import connection

        connection.force_debug_cursor = True
        with CaptureQueriesContext(connection) as queries:
            found = function(*arguments)
        asked.append(len(queries))
        return found

    async def scenario(the_hub):
        from asgiref.sync import sync_to_async

        for _ in range(count):
            the_hub.subscribe(visitor.agent_id, visitor)
        kept = live.in_thread
        live.in_thread = lambda *arguments: sync_to_async(counting, thread_sensitive=False)(*arguments)
        try:
            await live.show_out()
        finally:
            live.in_thread = kept
        return sum(not each.closed for each in the_hub.subscribers)

    assert (running(scenario), asked) == (count, [1] * bool(count))
