"""/ui/ in a browser: no fault in either theme, density or language; menus, dialogs and toasts under the keyboard."""

import json

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import sign_in, until
from tests.journeys.test_looks import AXE, has_axe  # noqa: F401 - a fixture for every test here

pytestmark = pytest.mark.journey
FIRST_LOAD = 150_000  # bytes of pages, styles, scripts and letters as they are sent
# Without looking into style sheets, which it would write onto the page: the many small ones are not joined here.
RUN = "async () => (await axe.run(document, {preload: false})).violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.html}`))"
FOCUSED = "document.activeElement.textContent.trim()"


@pytest.fixture(scope="module")
def developing(product):
    """The same office, served by a process that shows /ui/ and takes its files from where they are written."""
    with product.installed.serving(OKIENKO_DEBUG="1") as server:
        yield server.url


@pytest.fixture
def gallery(developing, window):
    def opened(choices: str = "", **looks) -> Page:
        page = window(**looks)
        page.goto(f"{developing}/ui/?{choices}")
        until(page, "Boolean(customElements.get('ok-toast'))")
        return page

    return opened


@pytest.mark.parametrize(("width", "choices"), [(1440, "language=pl"), (390, "language=en&density=compact")])
def test_every_component_in_both_themes(gallery, width, choices):
    page = gallery(choices, width=width)
    page.evaluate(AXE.read_text())
    assert page.evaluate(RUN) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_icons_and_letters_come_without_collecting(gallery):
    page = gallery()
    fonts = page.evaluate(
        "async () => (await document.fonts.load('500 14px Inter', 'Zażółć')).map((one) => one.status)"
    )
    assert fonts == ["loaded", "loaded"]
    icons = page.evaluate(
        "performance.getEntriesByType('resource').filter((one) => one.name.includes('/icons/')).length"
    )
    assert icons > 80


def test_a_menu_under_the_keyboard(gallery):
    page = gallery("language=pl")
    button = page.get_by_role("button", name="Otwórz", exact=True).first
    menu = page.get_by_role("menu", name="Odłóż, light")
    button.press("ArrowDown")
    menu.wait_for()
    assert (button.get_attribute("aria-expanded"), page.evaluate(FOCUSED)) == ("true", "Na godzinę")
    walked = [
        (page.keyboard.press(key), page.evaluate(FOCUSED))[1]
        for key in ("ArrowDown", "ArrowDown", "ArrowDown", "End", "Home")
    ]
    assert walked == ["Do jutra", "Łącznie z weekendem", "Na godzinę", "Łącznie z weekendem", "Na godzinę"]
    page.keyboard.press("l")
    assert page.evaluate(FOCUSED) == "Łącznie z weekendem"
    page.keyboard.press("Escape")
    menu.wait_for(state="hidden")
    assert (button.get_attribute("aria-expanded"), page.evaluate(FOCUSED)) == ("false", "Otwórz")


def test_a_menu_stands_beside_its_button_and_inside_the_window(gallery):
    page = gallery("language=pl", width=390, height=500)
    for edge in ("start", "end"):
        button = page.get_by_role("button", name="Otwórz", exact=True).first
        button.evaluate("(button, edge) => button.scrollIntoView({block: edge})", edge)
        button.click()
        menu = page.get_by_role("menu", name="Odłóż, light")
        menu.wait_for()
        own, its = menu.bounding_box(), button.bounding_box()
        gap = own["y"] - its["y"] - its["height"] if edge == "start" else its["y"] - own["y"] - own["height"]
        assert gap == pytest.approx(4, abs=1)
        assert (own["x"] >= 8, own["x"] + own["width"] <= 382) == (True, True)
        page.keyboard.press("Escape")


def test_an_open_menu_outlives_its_region(gallery):
    page = gallery("language=pl")
    page.get_by_role("button", name="Otwórz", exact=True).first.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.evaluate(
        """async () => {
            const region = document.querySelector("ok-menu").parentElement;
            Object.assign(region, { id: "region" }).dataset.region = "";
            const sent = region.cloneNode(true);
            for (const menu of sent.querySelectorAll("[popover]")) menu.removeAttribute("style");
            const { apply } = await import("ok/regions");
            apply(sent.outerHTML);
        }"""
    )
    page.get_by_role("menu", name="Odłóż, light").wait_for()
    until(page, f"{FOCUSED} === 'Do jutra'")
    page.keyboard.press("Enter")
    until(page, f"{FOCUSED} === 'Otwórz'")


def test_a_dialog_gives_the_focus_back(gallery):
    page = gallery("language=pl")
    page.get_by_role("button", name="Otwórz okno").first.click()
    dialog = page.get_by_role("dialog", name="Usunąć szkic?")
    for close in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.mouse.click(5, 5),
        lambda: dialog.get_by_role("button", name="Zostaw").click(),
    ):
        dialog.wait_for()
        page.mouse.move(0, 0)
        close()
        dialog.wait_for(state="hidden")
        assert page.evaluate(FOCUSED) == "Otwórz okno"
        page.keyboard.press("Enter")
    dialog.wait_for()
    page.mouse.move(dialog.bounding_box()["x"] + 20, dialog.bounding_box()["y"] + 20)
    page.mouse.down()
    page.mouse.move(5, 5)
    page.mouse.up()  # a selection that ended outside
    assert dialog.is_visible()


def test_a_toast_says_what_was_done_and_offers_the_way_back(gallery):
    page = gallery("language=pl")
    say = "(detail) => document.dispatchEvent(new CustomEvent('ok:toast', {detail}))"
    for number in range(4):
        page.evaluate(say, {"text": f"Załatwione: {number}", "action": "Cofnij", "href": "/nowhere/"})
    shelf = page.locator("ok-toast [role=status]")
    assert shelf.locator(".toast__words").all_inner_texts() == [
        "Załatwione: 1",
        "Załatwione: 2",
        "Załatwione: 3",
    ]
    asked = []
    undone = json.dumps({"ok:toast": {"text": "Cofnięte"}})
    page.route(
        "**/nowhere/",
        lambda route: (
            asked.append(route.request),
            route.fulfill(status=204, headers={"HX-Trigger": undone}),
        ),
    )
    shelf.get_by_role("button", name="Cofnij").last.click()
    shelf.get_by_text("Cofnięte").wait_for()
    assert [(each.method, "csrfmiddlewaretoken=" in each.post_data) for each in asked] == [("POST", True)]
    assert shelf.locator(".toast__words").all_inner_texts() == ["Załatwione: 1", "Załatwione: 2", "Cofnięte"]
    # As htmx tells of an answer that was no success; a real one would be a fault on the page.
    failing = (
        "(form) => form.dispatchEvent(new CustomEvent('htmx:afterRequest', {detail: {successful: false}}))"
    )
    shelf.locator("form").last.evaluate(failing)
    shelf.locator(".toast--problem").wait_for()
    assert shelf.locator(".toast").count() == 3
    page.evaluate(say, {"text": "<b>Zapisane</b>"})
    last = shelf.locator(".toast").last
    assert (last.locator(".toast__words").inner_text(), last.get_by_role("button").count()) == (
        "<b>Zapisane</b>",
        1,
    )
    last.get_by_role("button", name="Zamknij").click()
    assert shelf.locator(".toast").count() == 2


@pytest.mark.parametrize(
    "looks", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}, {"contrast": "more"}]
)
def test_other_ways_of_seeing(gallery, looks):
    page = gallery("language=pl", width=1440)
    page.emulate_media(**looks)
    seen = page.evaluate(
        """() => ({
            forced_colors: getComputedStyle(document.querySelector(".menu")).borderTopWidth,
            reduced_motion: getComputedStyle(document.querySelector(".button")).transitionDuration,
            contrast: getComputedStyle(document.documentElement).getPropertyValue("--line").trim(),
        })"""
    )
    usual = {"forced_colors": "0px", "reduced_motion": "0.12s"}
    changed = {"forced_colors": "1px", "reduced_motion": "0s"}
    (name,) = looks
    if name == "contrast":
        assert seen["contrast"] == page.evaluate(
            "getComputedStyle(document.documentElement).getPropertyValue('--line-control').trim()"
        )
    else:
        assert {each: seen[each].split(",")[0] for each in usual} == usual | {name: changed[name]}


def test_the_first_load_of_the_desk(product, window):
    signed_in = sign_in(window(), "celina")
    page = window()
    page.context.add_cookies(signed_in.context.cookies())
    line = page.context.new_cdp_session(page)
    kinds, sizes = {}, {}
    line.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
    line.on(
        "Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]})
    )
    line.send("Network.enable")
    page.goto("/conversations/")
    page.locator(".conversation-row").first.wait_for()
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    counted = {
        kind: sum(size for each, size in sizes.items() if kinds.get(each) == kind)
        for kind in set(kinds.values())
    }
    first = {
        kind: counted.get(kind, 0) for kind in ("Document", "Stylesheet", "Script", "Font", "Fetch", "XHR")
    }
    assert (
        sum(first.values()) <= FIRST_LOAD,
        min(first["Document"], first["Script"], first["Font"]) > 0,
    ) == (True, True), first
