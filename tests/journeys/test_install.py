"""The desk as an application: installed, without a line, after a deploy, after signing out."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.processes import ROOT, Process, free_port
from tests.journeys.conftest import sign_in, until
from tests.journeys.line import Line

pytestmark = pytest.mark.journey

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) for (const {url} of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
  return found.sort();
}"""
IS_KEPT = "async () => (await caches.keys()).join()"


@pytest.fixture
def line(product):
    line = Line(product.server.port)
    yield line
    line.close()


@pytest.fixture
def desk(line, window) -> Page:
    """Anna's desk over the line, with a worker that has kept its shell."""
    page = sign_in(window(), "anna")
    page.goto(f"{line.url}/conversations/")
    kept(page)
    return page


def kept(page: Page) -> str:
    """The name of what is kept, once the worker looks after the page."""
    until(page, "navigator.serviceWorker.controller !== null")
    return until(page, IS_KEPT, lambda names: names and "," not in names and "filling" not in names)


def test_it_can_be_installed(desk):
    browser = desk.context.new_cdp_session(desk)
    told = browser.send("Page.getAppManifest")
    faults = {
        each["errorId"] for each in browser.send("Page.getInstallabilityErrors")["installabilityErrors"]
    }
    assert (told["errors"], faults - {"in-incognito"}) == (
        [],
        set(),
    )  # browsers of tests are all private ones
    said = json.loads(told["data"])
    assert said["lang"] == "pl"
    for icon in said["icons"]:
        answer = desk.request.get(icon["src"])
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png")


def test_it_keeps_its_shell_and_nothing_of_anybody(desk, line):
    desk.get_by_role("link", name="Pęknięte filiżanki").click()
    desk.locator("#messages").get_by_text("A te pęknięte mam odesłać?").wait_for()
    desk.goto(f"{line.url}/account/")
    addresses = desk.evaluate(KEPT)
    assert [address for address in addresses if not address.startswith("/static/")] == ["/offline/"]
    assert len(addresses) > 15


def test_without_a_line_it_says_so_and_comes_back(desk, line, product):
    line.cut()
    desk.goto(f"{line.url}/conversations/")
    expect(desk.get_by_role("heading", name="Nie ma połączenia")).to_be_visible()
    expect(desk.get_by_role("link", name="Spróbuj ponownie")).to_be_visible()
    assert desk.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith("Inter")
    desk.get_by_role("link", name="Spróbuj ponownie").click()
    expect(desk.get_by_role("heading", name="Nie ma połączenia")).to_be_visible()

    line.lead_to(product.server.port)
    desk.get_by_role("link", name="Spróbuj ponownie").click()
    desk.get_by_role("link", name="Pęknięte filiżanki").click()
    desk.locator("#messages").get_by_text("A te pęknięte mam odesłać?").wait_for()


def test_the_page_without_a_line_opens_by_itself(desk, line, product):
    line.cut()
    desk.goto(f"{line.url}/conversations/?queue=all")
    expect(desk.get_by_role("heading", name="Nie ma połączenia")).to_be_visible()
    line.lead_to(product.server.port)
    desk.evaluate("window.dispatchEvent(new Event('online'))")
    expect(desk.locator(".conversation-row").first).to_be_visible()
    assert desk.url == f"{line.url}/conversations/?queue=all"


def test_it_does_not_touch_what_is_sent_and_what_streams(desk, line):
    touched = []
    desk.on("response", lambda answer: touched.append(answer) if answer.from_service_worker else None)
    with desk.expect_response("**/live/changes*"):
        desk.goto(f"{line.url}/conversations/?queue=all")
    desk.get_by_role("link", name="Pęknięte filiżanki").click()
    desk.locator("#messages").get_by_text("A te pęknięte mam odesłać?").wait_for()
    desk.wait_for_timeout(500)
    paths = {answer.url.removeprefix(line.url).partition("?")[0] for answer in touched}
    assert {path for path in paths if not path.startswith("/static/")} == {"/conversations/"}
    assert {answer.request.method for answer in touched} == {"GET"}


def test_signing_out_leaves_nothing(desk, line):
    name = kept(desk)
    desk.get_by_role("button", name="Anna Nowicka").click()
    desk.get_by_role("menuitem", name="Wyloguj").click()
    desk.wait_for_url("**/sign-in/")
    until(desk, IS_KEPT, lambda names: names == "")
    desk.goto(f"{line.url}/account/sign-in/")
    assert desk.evaluate(IS_KEPT) == ""

    # and the next one who signs in has it again
    sign_in(desk, "anna")
    desk.goto(f"{line.url}/conversations/")
    assert kept(desk) == name


def test_after_a_deploy_the_new_shell_is_used(desk, line, product, tmp_path):
    before, old = desk.evaluate(KEPT), kept(desk)
    with newer(product, tmp_path) as server:
        line.lead_to(server.port)
        desk.goto(f"{line.url}/conversations/")
        assert desk.evaluate("document.querySelector('link[rel=stylesheet]').href").endswith(
            "okienko.new.css"
        )
        until(
            desk,
            IS_KEPT,
            lambda names: names not in {"", old} and "," not in names and "filling" not in names,
        )
        changed = {path for path in desk.evaluate(KEPT) if path not in before}
        assert changed == {"/static/ui/css/okienko.new.css"}

        line.cut()
        desk.goto(f"{line.url}/conversations/")
        expect(desk.get_by_role("heading", name="Nie ma połączenia")).to_be_visible()
        assert desk.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith("Inter")
        line.lead_to(server.port)
        desk.goto(f"{line.url}/conversations/")
        expect(desk.locator(".conversation-row").first).to_be_visible()


def test_the_worker_can_be_got_rid_of(desk, line, product, tmp_path):
    code = (ROOT / "docs/operations.md").read_text().partition("```js\n")[2].partition("```")[0]
    with newer(product, tmp_path, worker=code) as server:
        line.lead_to(server.port)
        desk.goto(f"{line.url}/conversations/")
        until(desk, IS_KEPT, lambda names: names == "")
        until(
            desk,
            "async () => (await navigator.serviceWorker.getRegistrations()).length",
            lambda count: count == 0,
        )


@contextmanager
def newer(product, folder: Path, worker: str = "") -> Iterator[Process]:
    """The same installation, served with a style sheet that has changed, and perhaps with another worker."""
    installed, root, port = product.installed, folder / "static", free_port()
    shutil.copytree(installed.settings["OKIENKO_STATIC"], root)
    manifest = json.loads((root / "staticfiles.json").read_text())
    old, new = manifest["paths"]["ui/css/okienko.css"], "ui/css/okienko.new.css"
    shutil.move(root / old, root / new)
    manifest["paths"]["ui/css/okienko.css"] = new
    if worker:
        manifest["paths"]["ui/js/worker.js"] = "ui/js/worker.new.js"
        (root / "ui/js/worker.new.js").write_text(worker)
    (root / "staticfiles.json").write_text(json.dumps(manifest))
    settings = {"OKIENKO_STATIC": str(root), "OKIENKO_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    server = Process(
        installed.start("serve", "--no-workers", "--port", str(port), **settings), port, log=installed.log
    )
    try:
        server.wait_until_open()
        yield server
    finally:
        server.stop()
