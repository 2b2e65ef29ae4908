"""The desk as a person feels it: Chromium on a processor four times slower, on a shop with 20,000 conversations.

First load counts what comes over the line with an empty cache. An act runs from the key or tap to the frame in which
its answer is on the screen; what the server needs for it is inside.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from bench.figures import Figure, quantile
from bench.houses import corpus, house
from bench.processes import Process

CHROMIUM = "/usr/bin/chromium"
TICKETS, SLOWER = 20_000, 4
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
        with (
            one.installation.serving(OKIENKO_STATIC=str(scratch / "static")) as server,
            chromium() as open_context,
        ):
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
    page.wait_for_function(READY)
    ready = (time.perf_counter() - begin) * 1000
    page.wait_for_load_state("load")
    page.wait_for_timeout(1000)
    yield Figure("desk.ui.first_load_kb", sum(sizes) / 1000, "kB", "<= 150")
    yield Figure("desk.ui.ready_first_ms", ready, "ms", "<= 1500")
    again = []
    for _ in range(5):
        begin = time.perf_counter()
        page.goto(f"{server.url}/conversations/", wait_until="commit")
        page.wait_for_function(READY)
        again.append((time.perf_counter() - begin) * 1000)
    yield Figure("desk.ui.ready_again_ms", quantile(again, 0.5), "ms", "<= 1500")


def acts(page: Page, server: Process, *, rounds: int) -> Iterator[Figure]:
    """What an agent does all day, again and again; the slowest kind of act is what is judged."""
    times: dict[str, list[float]] = {}

    def felt(name: str, condition: str, act):
        page.evaluate(WATCH.replace("CONDITION", condition))
        act()
        times.setdefault(name, []).append(page.evaluate("window.felt"))

    page.goto(f"{server.url}/conversations/")
    rows = page.locator("#rows a.conversation-row")
    for number in range(rounds):
        before = page.evaluate(f"{TITLE} ?? ''")
        felt("open", f"({TITLE} ?? {before!r}) !== {before!r}", rows.nth(number % 10 + 1).click)
        page.wait_for_timeout(600)
        text = page.locator("#reply-text")
        text.focus()
        long = len(text.input_value())
        felt(
            "type",
            f"document.querySelector('#reply-text').value.length > {long}",
            lambda: page.keyboard.press("a"),
        )
        felt(
            "note",
            "document.querySelector('[name=kind][value=note]').checked",
            page.locator(".tabs__tab--note").click,
        )
        felt(
            "answer",
            "document.querySelector('[name=kind][value=reply]').checked",
            page.locator(".composer .tabs__tab").first.click,
        )
        menu = page.locator("#case-head [popovertarget]:visible").first
        felt("menu", "document.querySelector('#case-head :popover-open')", menu.click)
        page.keyboard.press("Escape")
        queue = "#queue-resolved" if number % 2 else "#queue-open"
        title = page.evaluate(LIST_TITLE)
        if page.locator(queue).get_attribute("aria-current") is None:
            felt("queue", f"{LIST_TITLE} !== {title!r}", page.locator(queue).click)
        page.wait_for_timeout(600)
    for name, measured in times.items():
        yield Figure(f"desk.ui.{name}.p50_ms", quantile(measured, 0.5), "ms")
    slowest = {name: quantile(measured, 0.9) for name, measured in times.items()}
    yield Figure("desk.ui.slowest_act.p90_ms", max(slowest.values()), "ms", "<= 100")
