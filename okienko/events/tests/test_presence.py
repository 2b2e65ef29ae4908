"""Who is where: told to those who may know, kept as long as it is confirmed, and never stored."""

import asyncio
import os
from contextlib import asynccontextmanager

from okienko.events import hub, presence
from okienko.events.cursor import Position
from okienko.events.hub import Hub
from okienko.events.presence import GONE, LASTS, TYPING, VIEWING, Word

HERE = "conversation/42"


def told(subscriber) -> list[str]:
    frames = [frame.decode().strip().removeprefix("data: ") for frame in subscriber.frames]
    subscriber.frames.clear()
    return [frame for frame in frames if frame != ":"]


@asynccontextmanager
async def an_open_hub():
    the_hub = Hub(asyncio.get_running_loop(), epoch="e", start=Position())
    try:
        yield the_hub
    finally:
        the_hub.close()


def with_hub(test):
    async def run():
        async with an_open_hub() as the_hub:
            await test(the_hub)

    def wrapped():
        asyncio.run(run())

    wrapped.__name__ = test.__name__
    return wrapped


@with_hub
async def test_every_change_is_told_once_with_everybody_who_is_there(the_hub):
    celina = the_hub.subscribe(3)
    for agent, state in [(7, VIEWING), (7, VIEWING), (9, TYPING), (7, GONE), (7, GONE)]:
        the_hub.board.tell(HERE, agent, Word(state), None)
    assert told(celina) == [
        "here conversation/42 7:viewing",
        "here conversation/42 7:viewing 9:typing",
        "here conversation/42 9:typing",
    ]


@with_hub
async def test_only_those_who_may_know_are_told(the_hub):
    anna, bartek = the_hub.subscribe(1), the_hub.subscribe(2)
    the_hub.board.tell(HERE, 2, Word(VIEWING), frozenset([2, 3]))
    the_hub.board.tell("conversation/43", 2, Word(VIEWING), None)
    assert told(anna) == ["here conversation/43 2:viewing"]
    assert len(told(bartek)) == 2
    assert the_hub.board.frames_for(1) == b"data: here conversation/43 2:viewing\n\n"


@with_hub
async def test_a_stay_that_nobody_confirms_ends(the_hub):
    now = the_hub.loop.time()
    celina = the_hub.subscribe(3)
    the_hub.board.tell(HERE, 7, Word(TYPING), None)
    for after in (LASTS[TYPING] - 1, LASTS[TYPING] + 1, LASTS[VIEWING] - 1, LASTS[VIEWING] + 1):
        the_hub.loop.time = lambda after=after: now + after
        the_hub.board.sweep()
    assert told(celina) == [
        "here conversation/42 7:typing",
        "here conversation/42 7:viewing",
        "here conversation/42",
    ]
    assert (the_hub.board.stays, the_hub.board.audiences) == ({}, {})


@with_hub
async def test_a_word_that_was_overtaken_does_not_bring_back_who_has_gone(the_hub):
    celina = the_hub.subscribe(3)
    words = [Word(VIEWING, "a", 1), Word(GONE, "a", 3), Word(VIEWING, "a", 2), Word(VIEWING, "b", 1)]
    for word in words:
        the_hub.board.tell(HERE, 7, word, None)
    assert told(celina) == [
        "here conversation/42 7:viewing",
        "here conversation/42",
        "here conversation/42 7:viewing",
    ]
    now = the_hub.loop.time()
    the_hub.loop.time = lambda: now + 2 * LASTS[VIEWING]
    the_hub.board.sweep()
    assert the_hub.board.turns == {}


@with_hub
async def test_a_whisper_has_no_id_so_that_nobody_comes_back_to_it(the_hub):
    celina = the_hub.subscribe(3)
    the_hub.board.tell(HERE, 7, Word(VIEWING), None)
    assert b"id:" not in b"".join(celina.frames)


@with_hub
async def test_another_process_tells_and_we_do_not_hear_ourselves(the_hub):
    hub.install(the_hub)
    try:
        celina, anna = the_hub.subscribe(3), the_hub.subscribe(1)
        heard = [
            presence.heard(f"here {os.getpid() + 1} {HERE} 7 typing k1 5 3,9"),
            presence.heard(f"here {os.getpid()} {HERE} 8 typing k2 1 *"),
            presence.heard("log default"),
        ]
        await asyncio.sleep(0)
        assert (heard, told(celina), told(anna)) == (
            [True, True, False],
            ["here conversation/42 7:typing"],
            [],
        )
    finally:
        hub.install(None)
