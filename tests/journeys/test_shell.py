"""The frame of the desk: panes that fold, what a browser remembers, one's own menu, the phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import sign_in

pytestmark = pytest.mark.journey

WIDTH = "(selector) => Math.round(document.querySelector(selector)?.getBoundingClientRect().width ?? 0)"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Targets of a thumb: height and width of everything in the bar and the heads of panes that can be pressed.
SMALL = """(selector) => [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility())
  .map((each) => [each.getBoundingClientRect(), each.outerHTML.slice(0, 120)])
  .filter(([box]) => Math.min(box.width, box.height) < 44).map(([, html]) => html)"""


def open_case(page: Page, subject: str = "Pęknięte filiżanki") -> Page:
    page.locator("a.conversation-row", has_text=subject).first.click()
    page.locator("#messages").get_by_text("A te pęknięte mam odesłać?").wait_for()
    return page


def width(page: Page, selector: str) -> int:
    return page.evaluate(WIDTH, selector)


def panes(page: Page) -> list[str]:
    """Which panes one sees."""
    names = ["rail", "queues", "desk__list", "desk__thread", "desk__customer", "bottom-bar"]
    return [name for name in names if page.locator(f".{name}").first.is_visible()]


@pytest.mark.parametrize(
    ("size", "seen"),
    [
        (1440, ["rail", "queues", "desk__list", "desk__thread", "desk__customer"]),
        (1280, ["rail", "desk__list", "desk__thread", "desk__customer"]),
        (1024, ["rail", "desk__list", "desk__thread"]),
        (768, ["rail", "desk__list", "desk__thread"]),
        (767, ["desk__thread"]),
        (320, ["desk__thread"]),
    ],
)
def test_panes_fold_from_wide_to_narrow(window, size, seen):
    page = open_case(sign_in(window(width=size, height=800), "anna"))
    assert panes(page) == seen
    assert page.evaluate(TOO_WIDE) == 0


def test_measures_of_the_wide_desk(window):
    page = open_case(sign_in(window(), "anna"))
    assert width(page, ".rail") == 56
    assert 200 <= width(page, ".queues") <= 232
    assert 280 <= width(page, ".desk__list") <= 352
    assert width(page, ".desk__thread") >= 520
    assert 296 <= width(page, ".desk__customer") <= 336


def test_large_letters_fold_panes_like_a_narrow_window(window):
    page = open_case(sign_in(window(), "anna"))
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert panes(page) == ["desk__thread"]  # 1440 px are 720 px of that size
    page.goto("/conversations/")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert panes(page) == ["queues", "desk__list", "bottom-bar"]
    assert page.evaluate(TOO_WIDE) == 0


def test_the_list_is_as_wide_as_one_makes_it(window):
    page = sign_in(window(width=1920), "anna")
    edge = page.get_by_role("separator", name="Szerokość listy")
    usual = width(page, ".desk__list")
    box = edge.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, 500)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 60, 500, steps=3)
    page.mouse.up()
    assert width(page, ".desk__list") == usual + 60
    assert edge.get_attribute("aria-valuenow") == str(usual + 60)

    page.reload()
    assert width(page, ".desk__list") == usual + 60  # before any script of the page has run, too: panes.js
    edge.focus()
    page.keyboard.press("ArrowLeft")
    assert width(page, ".desk__list") == usual + 44
    page.keyboard.press("Home")
    assert width(page, ".desk__list") == 280
    page.keyboard.press("ArrowLeft")
    assert width(page, ".desk__list") == 280
    page.keyboard.press("End")
    assert width(page, ".desk__list") == 480
    edge.dblclick()
    assert width(page, ".desk__list") == usual


def test_a_wide_list_leaves_the_conversation_its_measure(window):
    page = sign_in(window(width=1920), "anna")
    page.get_by_role("separator", name="Szerokość listy").press("End")
    open_case(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    assert width(page, ".desk__thread") == 520
    assert 280 <= width(page, ".desk__list") < 480


def test_the_customer_is_folded_away_and_stays_so(window):
    page = open_case(sign_in(window(), "anna"))
    thread = width(page, ".desk__thread")
    page.keyboard.press("d")
    assert panes(page) == ["rail", "queues", "desk__list", "desk__thread"]
    assert width(page, ".desk__thread") > thread + 200
    page.reload()
    page.locator("#messages").wait_for()
    assert "desk__customer" not in panes(page)
    page.locator("#case-head [popovertarget=case-panel]").click()
    assert "desk__customer" in panes(page)
    page.reload()
    assert "desk__customer" in panes(page)


def test_queues_wait_in_a_drawer(window):
    page = sign_in(window(width=1024, height=768), "anna")
    expect(page.get_by_role("navigation", name="Kolejki")).to_be_hidden()
    page.get_by_role("button", name="Kolejki").click()
    drawer = page.get_by_role("navigation", name="Kolejki")
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.get_by_role("button", name="Kolejki").click()
    drawer.get_by_role("link", name="Nieprzypisane").click()
    page.wait_for_url("**queue=unassigned*")
    expect(drawer).to_be_hidden()


def test_the_customer_lies_over_a_narrow_desk(window):
    page = open_case(sign_in(window(width=1024, height=768), "anna"))
    page.locator("#case-head [popovertarget=case-panel]").click()
    assert panes(page) == ["rail", "desk__list", "desk__thread", "desk__customer"]
    page.keyboard.press("Escape")
    assert panes(page) == ["rail", "desk__list", "desk__thread"]


def test_a_phone_shows_one_pane_and_goes_back(window):
    page = sign_in(window(width=390, height=844), "anna")
    assert panes(page) == ["queues", "desk__list", "bottom-bar"]
    open_case(page)
    address = page.url
    assert panes(page) == ["desk__thread"]

    page.locator("#case-head [popovertarget=case-panel]").click()
    assert "desk__customer" in panes(page)
    assert width(page, ".desk__customer") == 390
    page.evaluate("window.same = true")
    page.go_back()
    expect(page.locator(".desk__customer")).to_be_hidden()
    assert (page.url, page.evaluate("window.same")) == (address, True)

    page.locator("#case-head [popovertarget=case-panel]").click()
    page.locator(".desk__customer [popovertarget=case-panel]:visible").click()
    expect(page.locator(".desk__customer")).to_be_hidden()
    page.wait_for_timeout(200)
    assert (page.url, page.evaluate("window.same")) == (address, True)
    page.go_back()
    expect(page.locator(".desk__list a.conversation-row").first).to_be_visible()
    assert panes(page) == ["queues", "desk__list", "bottom-bar"]

    open_case(page)
    page.get_by_role("link", name="Wróć do listy").click()
    expect(page.locator(".desk__list a.conversation-row").first).to_be_visible()
    assert panes(page) == ["queues", "desk__list", "bottom-bar"]


def test_a_thumb_hits_what_it_aims_at(window):
    page = sign_in(window(width=390, height=844), "anna")
    assert page.evaluate(SMALL, ".bottom-bar a, .queues a, .desk__list .pane-header :is(a, button)") == []
    open_case(page)
    assert page.evaluate(SMALL, "#case-head :is(a, button).icon-button, #case-head .button") == []
    wanted = page.locator("meta[name=viewport]").get_attribute("content")
    assert "interactive-widget=resizes-content" in wanted
    assert "viewport-fit=cover" in wanted


def test_the_sheet_of_the_phone(window):
    page = sign_in(window(width=390, height=844), "celina")
    bar = page.get_by_role("navigation", name="Główne, na dole")
    bar.get_by_role("link", name="Więcej").click()
    sheet = page.get_by_role("dialog", name="Więcej")
    expect(sheet.get_by_role("link")).to_have_text(["Ustawienia", "Twoje konto"])
    assert page.evaluate(SMALL, "#more :is(a, button)") == []
    sheet.get_by_role("button", name="Ciemny").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    sheet.get_by_role("button", name="Jak system").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "system")
    page.wait_for_load_state("networkidle")
    sheet.get_by_role("link", name="Ustawienia").click()
    page.wait_for_url("**/settings/")
    expect(bar.get_by_role("link", name="Więcej")).to_have_attribute("aria-current", "page")


def test_the_menu_of_the_rail(window):
    page = open_case(sign_in(window(), "bartek"))
    page.evaluate("window.same = true")
    page.locator("#reply-text").fill("Zaczęta odpowiedź")
    me = page.get_by_role("button", name="Bartek Zych")
    me.click()
    menu = page.get_by_role("menu", name="Bartek Zych")
    with page.expect_response("**/account/looks/"):
        menu.get_by_role("menuitemradio", name="Ciemny").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    me.click()
    expect(menu.get_by_role("menuitemradio", name="Ciemny")).to_be_checked()
    with page.expect_response("**/account/looks/"):
        menu.get_by_role("menuitemradio", name="Ciasna").click()
    assert page.evaluate("window.same")
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("html").get_attribute("data-density") == "compact"

    address = page.url
    me.click()
    menu.get_by_role("menuitemradio", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url == address
    expect(page.locator("#reply-text")).to_have_value("Zaczęta odpowiedź")
    page.request.post("/account/looks/")  # nothing: a form without its token is refused
    me.click()
    page.get_by_role("menuitemradio", name="Polski").click()
    expect(page.locator("html")).to_have_attribute("lang", "pl")


def test_a_choice_that_could_not_be_kept_is_taken_back(window):
    page = sign_in(window(), "anna")
    page.context.set_offline(True)
    page.get_by_role("button", name="Anna Nowicka").click()
    page.get_by_role("menuitemradio", name="Ciemny").click()
    expect(page.get_by_text("Nie udało się zapisać tego wyboru")).to_be_visible()
    assert page.locator("html").get_attribute("data-theme") == "system"
    page.context.set_offline(False)


@pytest.mark.parametrize("address", ["/conversations/", "/account/", "/settings/"])
def test_everything_is_there_without_scripts(window, address):
    page = sign_in(window(scripts=False), "celina")
    page.goto(address)
    page.get_by_role("button", name="Celina Wójcik").click()
    page.get_by_role("menuitemradio", name="Ciemny").click()
    assert page.url.endswith(address)
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="Celina Wójcik").click()
    page.get_by_role("menuitemradio", name="Jak system").click()
    assert page.locator("html").get_attribute("data-theme") == "system"
