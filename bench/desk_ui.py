"""The desk as a person feels it: Chromium on a processor four times slower, on a shop with 20,000 conversations.

First load counts what comes over the line with an empty cache. An act runs from the key or tap to the frame in which
its answer is on the screen; what the server needs for it is inside.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from bench.figures import Figure, quantile
from bench.houses import corpus, house
from bench.processes import Process

CHROMIUM = "/usr/bin/chromium"
TICKETS, SLOWER = 20_000, 4
READY = "document.querySelector('#list .conversation-row') && customElements.get('ok-refresh')"
# Resolves with the milliseconds from the next key or tap to the frame in which `condition` holds.
WATCH = """(condition) => { window.felt = new Promise((resolve) => {
  const holds = new Function(`return (${condition})`);
  const begin = (event) => {
    for (const kind of ["keydown", "pointerdown"]) removeEventListener(kind, begin, true);
    const look = () => (holds() ? requestAnimationFrame(() => resolve(performance.now() - event.timeStamp)) : requestAnimationFrame(look));
    look();
  };
  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, begin, true);
}); }"""


@dataclass(frozen=True)
class Act:
    """`condition`: in the page's language, false before and true as soon as the answer stands there."""

    name: str
    condition: str
    key: str = ""
    tap: str = ""  # a selector
    back: str = ""  # the key that makes the condition false again


HEADING = "document.querySelector('#case-head')?.textContent"
ACTS = [
    Act("type", "document.activeElement.value.length > (window.before ?? 0)", key="a"),
    Act(
        "note",
        "document.querySelector('[name=kind][value=note]')?.checked",
        tap=".tabs__tab--note",
        back="reply",
    ),
    Act("next_conversation", f"{HEADING} && {HEADING} !== window.heading", tap="next"),
    Act("queue", "document.querySelector('#list-title')?.textContent !== window.title", tap="queue"),
]


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
            yield from acts(page, server, one.conversations, rounds=8 if quick else 30)


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
