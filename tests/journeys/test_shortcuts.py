"""Every key of the list does what the list says: in the list, in a conversation, everywhere; and not where one writes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from okienko.ui import shortcuts
from okienko.wiring import pages
from tests.journeys.conftest import SHOP, letter, sign_in

pytestmark = pytest.mark.journey

SENDER = "klawisze@poczta.example"
SUBJECT = "Dwa pytania o klawisze"


@pytest.fixture(scope="module")
def written(product):
    """A conversation of its own, with two letters."""
    for number, text in enumerate(["Pierwsze pytanie", "Drugie pytanie"]):
        names = {
            "Message_ID": f"<klawisz-{number}@poczta.example>",
            "In-Reply-To": "<klawisz-0@poczta.example>",
        }
        mail = letter(sender=f"Teodor Klawisz <{SENDER}>", subject=SUBJECT, text=f"{text}\n", **names)
        product.write(mail, sender=SENDER, to=SHOP)


@pytest.fixture
def desk(window, written) -> Page:
    page = sign_in(window(), "celina")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/conversations/?queue=all")
    row(page).wait_for()
    return page


@pytest.fixture
def case(desk) -> Page:
    row(desk).click()
    desk.locator("#messages").get_by_text("Drugie pytanie").wait_for()
    desk.mouse.move(0, 0)
    return desk


def row(page: Page):
    return page.locator("a.conversation-row", has_text=SUBJECT)


def rows(page: Page) -> list[str]:
    return page.locator("a.conversation-row").evaluate_all("all => all.map((each) => each.id)")


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id")


def press(page: Page, *keys: str):
    for key in keys:
        page.keyboard.press(key)


def down(page: Page, key: str):
    press(page, key)
    assert focused(page) == rows(page)[0]
    press(page, key, key)
    assert focused(page) == rows(page)[2]


def up(page: Page, key: str):
    press(page, "j", "j", "j", key)
    assert focused(page) == rows(page)[1]
    press(page, key, key)
    assert focused(page) == rows(page)[0]


def opens(page: Page, key: str):
    at = rows(page).index(row(page).get_attribute("id"))
    press(page, *["j"] * (at + 1), key)
    expect(page.get_by_role("heading", name=SUBJECT)).to_be_visible()


def selects(page: Page, key: str):
    press(page, "j", "j", key)
    picked = page.locator(".conversation-pick:checked")
    assert picked.evaluate_all("all => all.map((each) => `open-${each.value}`)") == [rows(page)[1]]
    press(page, key)
    expect(picked).to_have_count(0)


def selects_all(page: Page, key: str):
    press(page, "j", "x", key)
    expect(page.locator(".conversation-pick:checked")).to_have_count(len(rows(page)))


def answers(page: Page, key: str):
    press(page, "n", "Escape", key)
    expect(page.get_by_role("radio", name="Odpowiedź")).to_be_checked()
    expect(page.locator("#reply-text")).to_be_focused()
    expect(page.locator("#reply-text")).to_have_value("")
    press(page, "Escape", key)
    expect(page.locator("#reply-text")).to_be_focused()


def notes(page: Page, key: str):
    press(page, key)
    expect(page.get_by_role("radio", name="Notatka")).to_be_checked()
    expect(page.locator("#reply-text")).to_be_focused()
    expect(page.locator("#reply-text")).to_have_value("")


def sends(page: Page, key: str):
    press(page, "n")
    page.keyboard.type("Zapisane klawiszem.")
    press(page, key)
    page.locator("#messages").get_by_text("Zapisane klawiszem.").wait_for()


def resolves(page: Page, key: str):
    press(page, key)
    expect(page.locator("#case-head").get_by_role("button", name="Otwórz ponownie")).to_be_visible()
    press(page, key)
    expect(page.locator("#case-head").get_by_role("button", name="Załatwione")).to_be_visible()


def shows_menu(page: Page, key: str):
    press(page, key)
    expect(page.locator("#case-head").get_by_role("menu")).to_be_visible()
    press(page, "e")  # while a menu is open keys are its own
    expect(page.locator("#case-head").get_by_role("menu")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("#case-head").get_by_role("menu")).to_be_hidden()


def takes(page: Page, key: str):
    press(page, key)
    expect(page.locator("#head-assignee")).to_contain_text("Celina Wójcik")


def tags(page: Page, key: str):
    press(page, key)
    expect(page.locator("#tag-name")).to_be_focused()
    expect(page.locator("#tag-name")).to_have_value("")


def folds(page: Page, key: str):
    press(page, key)
    expect(page.locator("#case-panel")).to_be_hidden()
    press(page, key)
    expect(page.locator("#case-panel")).to_be_visible()


def copies(page: Page, key: str):
    number = row(page).get_attribute("id").removeprefix("open-")
    press(page, key)
    for _ in range(50):
        if page.evaluate("navigator.clipboard.readText()") == f"#{number}":
            return
        page.wait_for_timeout(20)
    raise AssertionError("the number was not copied")


def steps(page: Page, key: str):
    press(page, key)
    assert page.evaluate("document.activeElement.closest('#messages, .thread-frame') !== null")


def goes_back(page: Page, key: str):
    press(page, "r", "Escape", key)
    assert focused(page) == row(page).get_attribute("id")


def leads_to(address: str) -> Callable:
    def led(page: Page, key: str):
        page.goto("/account/")
        press(page, *key.split())
        page.wait_for_url(f"**{address}")

    return led


def searches(page: Page, key: str):
    press(page, key)
    expect(page.locator("#search")).to_be_focused()
    expect(page.locator("#search")).to_have_value("")


def begins(page: Page, key: str):
    press(page, key)
    page.wait_for_url("**/conversations/new/**")


def helps(page: Page, key: str):
    press(page, key)
    dialog = page.get_by_role("dialog", name="Skróty klawiszowe")
    expect(dialog).to_be_visible()
    press(page, "j")
    expect(dialog).to_be_visible()
    press(page, "Escape")
    expect(dialog).to_be_hidden()


IN_THE_LIST = {
    "j": down, "ArrowDown": down, "k": up, "ArrowUp": up, "Enter": opens, "o": opens, "x": selects, "*": selects_all,
    "/": searches, "c": begins, "?": helps, "g i": leads_to("/conversations/"), "g c": leads_to("/contacts/"),
}  # fmt: skip
IN_A_CONVERSATION = {
    "r": answers, "n": notes, "Control+Enter": sends, "e": resolves, "s": shows_menu, "a": shows_menu, "i": takes,
    "t": tags, "d": folds, ".": copies, "[": steps, "]": steps, "u": goes_back, "Escape": goes_back,
}  # fmt: skip


def test_none_is_forgotten():
    listed = {
        keys for group in shortcuts.groups(pages.NAVIGATION) for each in group.shortcuts for keys in each.keys
    }
    assert listed == set(IN_THE_LIST) | set(IN_A_CONVERSATION)


def test_in_the_list(desk):
    for key, does in IN_THE_LIST.items():
        desk.goto("/conversations/?queue=all")
        does(desk, key)


def test_in_a_conversation(case):
    address = case.url
    for key, does in IN_A_CONVERSATION.items():
        case.goto(address)
        row(case).wait_for()  # the list comes after the conversation
        does(case, key)


def test_keys_write_where_one_writes(case):
    case.locator("#reply-text").focus()
    case.keyboard.type("e? j/k [x] d.")
    expect(case.locator("#reply-text")).to_have_value("e? j/k [x] d.")
    expect(case.locator("#case-panel")).to_be_visible()
    press(case, "Escape")
    assert focused(case) == ""
    case.locator("#reply-text").fill("")


PRESSED = """([key, more]) => !document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true, ...more}))"""


LAYOUTS = [
    ("d", {"code": "KeyD"}, True),
    ("D", {"code": "KeyD"}, True),  # the lock of capitals
    ("D", {"code": "KeyD", "shiftKey": True}, False),
    ("d", {"code": "KeyD", "ctrlKey": True}, False),
    ("d", {"code": "KeyD", "metaKey": True}, False),
    ("d", {"code": "KeyD", "altKey": True}, False),
    ("d", {"code": "KeyD", "ctrlKey": True, "altKey": True, "modifierAltGraph": True}, False),
    ("ą", {"code": "KeyA", "modifierAltGraph": True}, False),
    ("ż", {"code": "KeyD"}, False),  # a key of its own on the typists' keyboard
    ("в", {"code": "KeyD"}, True),  # a Ukrainian keyboard
    (
        "[",
        {"code": "Digit8", "ctrlKey": True, "altKey": True, "modifierAltGraph": True},
        True,
    ),  # a German one
    ("d", {"code": "KeyD", "isComposing": True}, False),
]


def test_in_any_layout(case):
    taken = [case.evaluate(PRESSED, [key, more]) for key, more, _ in LAYOUTS]
    assert taken == [is_taken for *_, is_taken in LAYOUTS]


def test_keys_that_are_off(case):
    case.evaluate("document.documentElement.dataset.shortcuts = 'off'")
    press(case, "d", "?", "j")
    expect(case.locator("#case-panel")).to_be_visible()
    expect(case.locator("#shortcuts")).to_be_hidden()


def test_a_sequence_waits_only_a_moment(desk):
    press(desk, "g")
    desk.wait_for_timeout(1700)
    press(desk, "i")
    desk.wait_for_timeout(200)
    assert desk.url.endswith("?queue=all")
    press(desk, "g", "j", "c")  # what fits no sequence ends it
    desk.wait_for_url("**/conversations/new/**")


def test_on_a_phone_keys_lead_back_too(window, written):
    page = sign_in(window(width=390, height=844), "celina")
    page.goto("/conversations/?queue=all")
    row(page).click()
    page.locator("#messages").get_by_text("Drugie pytanie").wait_for()
    press(page, "d")
    expect(page.locator("#case-panel")).to_be_visible()
    press(page, "u")
    expect(page.locator("#case-panel")).to_be_hidden()
    press(page, "u")
    expect(row(page)).to_be_visible()
