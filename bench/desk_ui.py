"""The desk as a person feels it: Chromium on a processor four times slower, on a shop with 20,000 conversations.

First load counts what comes over the line with an empty cache. An act runs from the key or tap to the frame in which
its answer is on the screen; what the server needs for it is inside.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from bench.figures import Figure, quantile
from bench.houses import corpus, house
from bench.processes import Process

CHROMIUM = "/usr/bin/chromium"
TICKETS, SLOWER = 20_000, 4
PATIENCE = 60  # seconds for the desk to stand
READY = "document.querySelector('#list .conversation-row') && customElements.get('ok-refresh')"
# Resolves with the milliseconds from the next key or tap to the frame in which CONDITION holds.
WATCH = """() => { window.felt = new Promise((resolve) => {
  const begin = (event) => {
    for (const kind of ["keydown", "pointerdown"]) removeEventListener(kind, begin, true);
    const look = () => ((CONDITION) ? requestAnimationFrame(() => resolve(performance.now() - event.timeStamp)) : requestAnimationFrame(look));
    requestAnimationFrame(look);
  };
  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, begin, true);
}); }"""
TITLE = "document.querySelector('#case-head h1')?.textContent"
LIST_TITLE = "document.querySelector('#list-title')?.textContent"


def run(quick: bool) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="okienko-ui-") as folder:
        scratch = Path(folder)
        one = house(scratch / "data", corpus(scratch / "corpus", TICKETS))
        one.installation.settings["OKIENKO_STATIC"] = str(scratch / "static")
        one.installation.command("collectstatic", "--no-input", "--verbosity", "0")
        with one.installation.serving() as server, chromium() as open_context:
            page, line = open_context(server, one.session)
            yield from first_load(page, line, server)
            yield from acts(page, server, rounds=8 if quick else 30)


@contextmanager
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield lambda server, session: slow_page(
            browser.new_context(viewport={"width": 1440, "height": 900}), server, session
        )
        browser.close()


def slow_page(context: BrowserContext, server: Process, session: str):
    context.add_cookies([{"name": "okienko_session", "value": session, "url": server.url}])
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page, line


def first_load(page: Page, line, server: Process) -> Iterator[Figure]:
    """Bytes as they came, and the time until the list stands and its scripts run."""
    sizes: list[float] = []
    line.send("Network.enable")
    line.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    begin = time.perf_counter()
    page.goto(f"{server.url}/conversations/", wait_until="commit")
    until(page, READY)
    ready = (time.perf_counter() - begin) * 1000
    page.wait_for_load_state("load")
    page.wait_for_timeout(1000)
    yield Figure("desk.ui.first_load_kb", sum(sizes) / 1000, "kB", "<= 150")
    yield Figure("desk.ui.ready_first_ms", ready, "ms", "<= 1500")
    again = []
    for _ in range(5):
        begin = time.perf_counter()
        page.goto(f"{server.url}/conversations/", wait_until="commit")
        until(page, READY)
        again.append((time.perf_counter() - begin) * 1000)
    yield Figure("desk.ui.ready_again_ms", quantile(again, 0.5), "ms", "<= 1500")


def until(page: Page, script: str):
    """The policy of our pages forbids wait_for_function."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(f"Boolean({script})"):
        if time.monotonic() > deadline:
            raise TimeoutError(script)
        time.sleep(0.01)


def acts(page: Page, server: Process, *, rounds: int) -> Iterator[Figure]:
    """What an agent does all day, again and again; the slowest kind of act is what is judged."""
    page.goto(f"{server.url}/conversations/")
    day = Day(page)
    for number in range(rounds):
        day.open(number)
        day.write()
        day.look_into_a_menu()
        day.change_queue(number)
    for name, measured in day.times.items():
        yield Figure(f"desk.ui.{name}.p50_ms", quantile(measured, 0.5), "ms")
    slowest = max(quantile(measured, 0.9) for measured in day.times.values())
    yield Figure("desk.ui.slowest_act.p90_ms", slowest, "ms", "<= 100")


class Day:
    def __init__(self, page: Page):
        self.page = page
        self.times: dict[str, list[float]] = {}

    def felt(self, name: str, condition: str, act: Callable[[], None]):
        self.page.evaluate(WATCH.replace("CONDITION", condition))
        act()
        self.times.setdefault(name, []).append(self.page.evaluate("window.felt"))

    def open(self, number: int):
        before = self.page.evaluate(f"{TITLE} ?? ''")
        row = self.page.locator("#rows a.conversation-row").nth(number % 10 + 1)
        self.felt("open", f"({TITLE} ?? {before!r}) !== {before!r}", row.click)
        self.page.wait_for_timeout(600)

    def write(self):
        text = self.page.locator("#reply-text")
        text.focus()
        long = len(text.input_value())
        longer = f"document.querySelector('#reply-text').value.length > {long}"
        self.felt("type", longer, lambda: self.page.keyboard.press("a"))
        for name, tab in (
            ("note", ".tabs__tab--note"),
            ("reply", ".composer .tabs__tab:not(.tabs__tab--note)"),
        ):
            chosen = f"document.querySelector('[name=kind][value={name}]').checked"
            self.felt(name, chosen, self.page.locator(tab).first.click)

    def look_into_a_menu(self):
        menu = self.page.locator("#case-head [popovertarget]:visible").first
        self.felt("menu", "document.querySelector('#case-head :popover-open')", menu.click)
        self.page.keyboard.press("Escape")

    def change_queue(self, number: int):
        queue = self.page.locator("#queue-resolved" if number % 2 else "#queue-open")
        title = self.page.evaluate(LIST_TITLE)
        if queue.get_attribute("aria-current") is None:
            begin = time.perf_counter()  # another page: the clock of this one ends with it
            queue.click()
            until(self.page, f"{LIST_TITLE} && {LIST_TITLE} !== {title!r}")
            self.times.setdefault("queue", []).append((time.perf_counter() - begin) * 1000)
        self.page.wait_for_timeout(600)
