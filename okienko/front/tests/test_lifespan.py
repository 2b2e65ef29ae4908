import asyncio

from okienko.front.lifespan import Lifespan, Part


class Handle:
    def __init__(self, name, story):
        self.name, self.story = name, story

    def stop(self):
        self.story.append(f"stop {self.name}")


def part(name, story, *, broken=False):
    def start(loop):
        assert loop.is_running()
        if broken:
            raise OSError("address already in use")
        story.append(f"start {name}")
        return Handle(name, story)

    return Part(name, start)


def lived(*parts) -> list[dict]:
    """What a lifespan sends when it is started and then stopped."""
    sent = []
    asked = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive():
        return asked.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(Lifespan(parts)({"type": "lifespan"}, receive, send))
    return sent


def test_started_in_order_and_stopped_in_reverse():
    story = []
    sent = lived(part("stream", story), part("jobs", story), part("mail", story))
    assert story == ["start stream", "start jobs", "start mail", "stop mail", "stop jobs", "stop stream"]
    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_what_cannot_start_is_said_and_the_rest_stopped():
    story = []
    sent = lived(part("stream", story), part("door for local mail", story, broken=True), part("never", story))
    assert story == ["start stream", "stop stream"]
    assert sent == [
        {
            "type": "lifespan.startup.failed",
            "message": "Okienko cannot start its door for local mail: address already in use",
        }
    ]


def test_one_that_will_not_stop_does_not_keep_the_others(caplog):
    story = []

    def refuse(handle):
        raise RuntimeError("no")

    lived(part("stream", story), Part("stubborn", lambda _: None, refuse))
    assert story == ["start stream", "stop stream"]
    assert [record.getMessage() for record in caplog.records] == ["the stubborn did not stop cleanly"]
