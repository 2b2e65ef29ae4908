"""Mail transport with real servers: Debian's Dovecot and Postfix on this machine, the product in its own process.

imap: letters wait in a mailbox; from the first one stored until all are read and every reaction has run.
smtp: answers wait to be sent; from the first one taken by Postfix until all are, over STARTTLS with a password.
idle_to_screen: a stranger's letter is accepted by Postfix; until it stands in the list an agent's browser asks for
after the change stream has told it to (Dovecot's IDLE waits half a second of its own).
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from bench import cluster, corpora
from bench.connected import PASSWORD, SHOP, connect
from bench.figures import Figure, quantile
from bench.post_office import PostOffice, missing, post_office
from bench.processes import free_port, installation
from tests.faults.browser import Browser
from tests.faults.house import House
from tests.faults.mail import sinking, until

LETTERS, QUICK = 2000, 500
ANSWERS, QUICK_ANSWERS = 500, 150
SCREENS, QUICK_SCREENS = 100, 25
READ = "SELECT count(*) FROM inboxes_arrival WHERE state = 'done'"
WRITE_ANSWERS = """
import sys
from okienko.accounts.models import Agent
from okienko.conversations import operations
from okienko.conversations.models import Conversation
agent = Agent.objects.get(email="anna@desk.example")
for conversation in Conversation.objects.order_by("pk")[:int(sys.stdin.read())]:
    operations.reply(conversation, text="Dzień dobry, paczka jest w drodze. Pozdrawiam, Anna", agent=agent)
"""


def run(quick: bool) -> Iterator[Figure]:
    if reason := missing():
        raise RuntimeError(reason)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="okienko-transport-")))
        count = QUICK if quick else LETTERS
        corpora.generate("mailgen.py", folder / "corpus", "--n", count)
        letters = [path.read_bytes() for path in sorted((folder / "corpus").rglob("*.eml"))]
        databases = {"sqlite": ""}
        if cluster.available():
            server = stack.enter_context(cluster.postgresql(durable=True))
            databases["postgresql"] = server.database("transport")
        for name, url in databases.items():
            with shop(folder / name, url) as (house, office):
                yield from measured(name, house, office, letters, quick)


@contextmanager
def shop(folder: Path, url: str):
    """A house that is not running yet, and its post office, whose letters for elsewhere are taken by a sink."""
    port = free_port()
    with sinking(port), post_office(users={SHOP: PASSWORD}, elsewhere_port=port) as office:
        made = installation(folder, url)
        settings = {"imap_security": "tls", "security": "starttls", "ca_file": str(office.ca_file)}
        connect(made, office.config(SHOP, **settings))
        house = House(made, "")
        try:
            yield house, office
        finally:
            house.end()


def measured(name: str, house: House, office: PostOffice, letters, quick: bool) -> Iterator[Figure]:
    process = house.serve()
    until(lambda: house.ask("SELECT count(*) FROM inboxes_mailbox WHERE fetched_at IS NOT NULL") == [(1,)])
    time.sleep(3)
    if name == "sqlite":
        yield Figure("transport.idle_memory_mb", memory(process.popen.pid), "MB", "<= 300")
    yield Figure(f"transport.imap.{name}.per_s", fetched(house, office, letters), "letters/s", ">= 120")
    if name == "sqlite":
        waits = screens(house, office, QUICK_SCREENS if quick else SCREENS)
        yield Figure("transport.idle_to_screen.p50_ms", quantile(waits, 0.5), "ms")
        yield Figure("transport.idle_to_screen.p99_ms", quantile(waits, 0.99), "ms", "<= 2000")
    process.stop()
    count = QUICK_ANSWERS if quick else ANSWERS
    house.installation.command("shell", "--no-imports", "-c", WRITE_ANSWERS, given=str(count).encode())
    yield Figure(f"transport.smtp.{name}.per_s", sent(house), "letters/s", ">= 50")
    yield Figure(f"transport.imap.{name}.recovery_s", recovered(house, office), "s", "<= 10")


def recovered(house: House, office: PostOffice) -> float:
    """Killed after the first of two batches: seconds from the next start until every letter is read."""
    for process in house.living:
        process.terminate()
        process.wait()
    head = "From: z@klient.test\r\nTo: {0}\r\nSubject: {1}\r\nMessage-ID: <r{1}@klient.test>\r\n\r\nKiedy?"
    office.deliver_many(SHOP, [head.format(SHOP, number).encode() for number in range(100)])
    house.dies(house.start("serve", dying=("after", "okienko.inboxes.looking.take_in_fetched", 1)))
    known = house.ask(READ)[0][0]
    began = time.monotonic()
    house.serve()
    until(lambda: house.ask(READ)[0][0] > known)
    return house.rest(since=began, seconds=60)


def memory(pid: int) -> float:
    """Resident memory of a process in MB."""
    (line,) = [
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")
    ]
    return int(line.split()[1]) / 1024


def fetched(house: House, office: PostOffice, letters: list[bytes]) -> float:
    """Letters a second from the first one stored until nothing waits any more."""
    office.stop_dovecot()
    office.deliver_many(SHOP, letters)
    office.start_dovecot()
    until(lambda: house.ask("SELECT count(*) FROM inboxes_arrival")[0][0] > 0)
    began = time.perf_counter()
    until(lambda: patient(house, len(letters)), seconds=len(letters) / 10)
    return len(letters) / (time.perf_counter() - began)


def patient(house: House, count: int) -> bool:
    """Looked at five times a second: a benchmark must not be what the machine is busy with."""
    time.sleep(0.2)
    return house.ask(READ) == [(count,)] and house.ask("SELECT count(*) FROM events_job") == [(0,)]


def sent(house: House) -> float:
    """Answers a second, from the first one that is known to be sent until all are."""
    done = "SELECT count(*) FROM conversations_delivery WHERE state = 'sent'"
    unsent = "SELECT count(*) FROM conversations_delivery WHERE state <> 'sent'"
    before = house.ask(done)[0][0]
    house.serve()
    until(lambda: house.ask(done)[0][0] > before)
    began, first = time.perf_counter(), house.ask(done)[0][0]
    until(lambda: time.sleep(0.1) or house.ask(unsent) == [(0,)], seconds=120)
    return (house.ask(done)[0][0] - first) / (time.perf_counter() - began)


def screens(house: House, office: PostOffice, count: int) -> list[float]:
    """Milliseconds from Postfix' 250 to the letter in the agent's list, each."""
    origin = f"http://127.0.0.1:{house.port}"
    waits = []
    with httpx.Client(base_url=origin, headers={"Origin": origin}, follow_redirects=True) as browser:
        browser.get("/account/sign-in/")
        form = {"email": "anna@desk.example", "password": "okienko-demo"}
        form["csrfmiddlewaretoken"] = browser.cookies["okienko_csrf"]
        browser.post("/account/sign-in/", data=form)
        screen = Browser(house.port, browser.cookies["okienko_session"])
        screen.start()
        until(lambda: screen.greetings["hello"] == 1)
        for number in range(count):
            heard = len(screen.told)
            subject = f"Pytanie o zamowienie {number:05d}"
            words = f"From: zofia@klient.test\r\nTo: {SHOP}\r\nSubject: {subject}\r\nMessage-ID: <s{number}@klient.test>\r\n\r\nKiedy?"
            office.post(SHOP, words.encode())
            began = time.perf_counter()
            until(lambda heard=heard: len(screen.told) > heard)
            until(lambda subject=subject: subject in browser.get("/conversations/").text)
            waits.append((time.perf_counter() - began) * 1000)
            time.sleep(0.1)
        screen.stopping.set()
    return waits
