"""A conversation as one works in it: opening, reading, writing, and what happens meanwhile."""

import pytest
from playwright.sync_api import Page, expect

from bench.houses import program
from tests.journeys.conftest import sign_in
from tests.journeys.threads import TEXT, TONGUES, opened, write

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def made(product):
    return program(product.installed, "tests.journeys.threads", "reading")


def place(page: Page) -> dict:
    """Where the thread stands: px from its end, and where some line is in its window."""
    return page.evaluate(
        """() => {
            const thread = document.querySelector('.thread'), box = thread.getBoundingClientRect();
            const seen = [...thread.querySelectorAll('.message')].find((each) => each.getBoundingClientRect().bottom > box.top);
            return { away: Math.round(Math.abs(thread.scrollTop)), id: seen.id, gap: Math.round(seen.getBoundingClientRect().top - box.top) };
        }"""
    )


def test_it_opens_at_the_first_unread_message_and_says_so_until_one_leaves(made, window, picture):
    page, one = opened(sign_in(window(), "anna"), made["long"]["number"]), made["long"]
    divider = page.locator("#unread")
    expect(divider).to_have_text("nowe")
    expect(divider).to_be_in_viewport()
    assert divider.evaluate("(each) => each.nextElementSibling.id") == f"message-{one['unread']}"
    assert page.locator(".message").count() == 50
    picture(page, "thread-unread-1440-light")
    page.get_by_role("button", name="Biorę").click()
    page.get_by_text("bierze tę sprawę").wait_for()
    expect(divider).to_have_count(1)  # read by now, and it stays where it was
    opened(page, one["number"])
    expect(divider).to_have_count(0)
    assert place(page)["away"] == 0


def test_long_ones_are_folded_when_they_have_been_read(made, window):
    page, one = opened(sign_in(window(), "anna"), made["long"]["number"]), made["long"]
    folded = page.locator(f"#message-{one['folded']}")
    height = lambda: folded.evaluate("(each) => each.offsetHeight")  # noqa: E731
    before = height()
    folded.get_by_text("Rozwiń", exact=True).click()
    assert (before < 550, height() > 1200) == (True, True)
    folded.get_by_text("Zwiń", exact=True).click()
    assert height() == before


def test_earlier_messages_come_above_and_nothing_moves(made, window):
    page, one = opened(sign_in(window(), "anna"), made["long"]["number"]), made["long"]
    for count in (100, 150, 200):
        link = page.get_by_role("link", name="Wcześniejsze wiadomości")
        link.scroll_into_view_if_needed()
        before = place(page)
        link.click()
        expect(page.locator(".message")).to_have_count(count)
        after = place(page)
        assert page.locator(f"#{before['id']}").evaluate(
            "(each) => Math.round(each.getBoundingClientRect().top - document.querySelector('.thread').getBoundingClientRect().top)"
        ) == pytest.approx(before["gap"], abs=2), after
    expect(page.get_by_role("link", name="Wcześniejsze wiadomości")).to_have_count(0)
    expect(page.locator(f"#message-{one['first']}")).to_have_count(1)


def test_a_link_leads_to_its_message_however_old(made, window):
    page, one = sign_in(window(), "anna"), made["long"]
    page.goto(f"/conversations/{one['number']}/?message={one['first']}#message-{one['first']}")
    expect(page.locator(f"#message-{one['first']}")).to_be_in_viewport()


def test_who_reads_further_up_stays_there_and_is_told_what_is_new(product, made, window):
    page, number = opened(sign_in(window(), "anna"), made["long"]["number"]), made["long"]["number"]
    page.locator(".thread").evaluate("(each) => each.scrollBy(0, -900)")
    jump = page.get_by_role("button", name="Do najnowszej")
    expect(jump).to_be_visible()
    before = place(page)
    write(product, number, "reading-dlugi", "Jeszcze jedno.", key="dlugi-nowy-1")
    expect(page.get_by_role("button", name="Nowe wiadomości: 1")).to_be_visible()
    after = place(page)
    assert (after["id"], after["gap"]) == (before["id"], pytest.approx(before["gap"], abs=2))
    page.get_by_role("button", name="Nowe wiadomości: 1").click()
    expect(page.locator("#messages").get_by_text("Jeszcze jedno.")).to_be_in_viewport()
    expect(page.locator(".thread-jump")).to_be_hidden()


def test_what_is_being_written_stays_exactly_as_it_is(product, made, window):
    page, number = opened(sign_in(window(), "anna"), made["long"]["number"]), made["long"]["number"]
    page.locator(TEXT).fill("Dzień dobry, sprawdzam")
    page.locator(TEXT).evaluate("(each) => each.setSelectionRange(6, 11)")
    page.locator(".route summary").last.click()
    page.locator(TEXT).focus()
    page.locator(TEXT).evaluate("(each) => each.setSelectionRange(6, 11)")
    write(product, number, "reading-dlugi", "Halo, halo?", key="dlugi-nowy-2")
    page.locator("#messages").get_by_text("Halo, halo?").wait_for()
    kept = page.locator(TEXT).evaluate(
        "(each) => [document.activeElement === each, each.value, each.selectionStart, each.selectionEnd]"
    )
    assert kept == [True, "Dzień dobry, sprawdzam", 6, 11]
    assert page.locator(".route[open]").count() == 1
    page.locator(TEXT).fill("")


@pytest.mark.parametrize("width", [1440, 390])
def test_every_tongue_is_written_in_its_own_direction(made, window, picture, width):
    page = sign_in(window(width=width), "anna")
    for number, (name, text) in zip(made["tongues"], TONGUES.items(), strict=True):
        page.goto(f"/conversations/{number}/")
        words = page.locator("#messages .prose")
        expect(words).to_have_text(text)
        direction = words.locator("p").evaluate("(each) => getComputedStyle(each).direction")
        assert page.locator("#messages .message__author").inner_text() == name
        assert (direction == "rtl") == ("أ" in name)
        picture(page, f"thread-tongue-{number}-{width}")


def test_keys_write_step_and_hand_over(made, window):
    page = opened(sign_in(window(), "anna"), made["long"]["number"])
    for key, focused in (("r", "reply-text"), ("a", "head-assignee")):
        page.locator("body").press(key)
        if key == "a":
            expect(page.locator("#assignee-menu")).to_be_visible()
            page.keyboard.press("Escape")
        expect(page.locator(f"#{focused}")).to_be_focused()
        page.evaluate("document.activeElement.blur()")
    last = page.locator(".message").last.get_attribute("id")
    page.keyboard.press("[")
    steps = [page.evaluate("document.activeElement.id")]
    page.keyboard.press("[")
    steps.append(page.evaluate("document.activeElement.id"))
    page.keyboard.press("]")
    steps.append(page.evaluate("document.activeElement.id"))
    assert (steps[0] == steps[2], steps[1] != steps[0], last not in steps) == (True, True, True)
