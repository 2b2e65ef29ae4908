"""After kill -9: how long until nothing waits any more.

The process dies in the middle of its work while a mail server brings letters; the clock runs from the start of the
next process, with all its start-up, until every letter has been read, every reaction has run and every answer
is sent. The worst of several deaths is told.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.cluster import available, postgresql
from bench.figures import Figure
from tests.faults import house as houses
from tests.faults.mail import sinking
from tests.faults.stage import letter

LETTERS = 60
DEATHS = [
    ("before", "okienko.events.wakeup._ring", 20),
    ("after", "okienko.inboxes.listeners.take_in", 30),
    ("before", "okienko.conversations.operations.receiving.mark_read", 20),
    ("after", "okienko.conversations.operations.receive", 40),
    ("after", "okienko.conversations.operations.sending.claimed", 2),
]


def run(quick: bool) -> Iterator[Figure]:
    deaths = DEATHS[1:4:2] if quick else DEATHS
    took = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="okienko-recovery-")))
        servers = [""]
        if available():
            servers.append(stack.enter_context(postgresql(durable=True)).database("first"))
        for number, server in enumerate(servers):
            took += recoveries(folder / str(number), server, deaths)
    yield Figure("mail.recovery_s", max(took), "s", "<= 10")


def recoveries(folder: Path, server: str, deaths: list[tuple]) -> Iterator[float]:
    """Seconds for each death, on the database of that address ("": SQLite)."""
    folder.mkdir()
    stage = houses.build(folder / "stage", houses.sibling(server, "stage") if server else "")
    with sinking(stage.smtp_port):
        for number, death in enumerate(deaths):
            house = houses.copy(stage, folder / str(number) / "house", server)
            try:
                yield recovery(house, death)
            finally:
                house.end()


def recovery(house: houses.House, death: tuple) -> float:
    """Kill a serving process at `death`, start another, and return the seconds until nothing waits."""
    dying = house.start("serve", dying=death)
    postman = house.post(letter(number) for number in range(LETTERS))
    house.dies(dying)
    began = time.monotonic()
    house.serve()
    postman.finish()
    return house.rest(since=began, seconds=60)
