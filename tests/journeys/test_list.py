"""The list of conversations lives, and nothing moves under the pointer."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SHOP, letter, sign_in

pytestmark = pytest.mark.journey
REFRESH = re.compile(r"/conversations/\?queue=open$")


def arrives(product, name: str, subject: str, **headers: str):
    key = re.sub(r"[^a-z0-9]+", "", f"{name}{subject}".lower())
    sender = f"{key}@poczta.example"
    mail = letter(
        sender=f"{name} <{sender}>",
        subject=subject,
        text="Dzień dobry!",
        Message_ID=f"<{key}@poczta.example>",
        **headers,
    )
    product.write(mail, sender=sender, to=SHOP)


def order(page: Page) -> list[str]:
    return page.locator("#rows > li").evaluate_all("rows => rows.map((row) => row.id)")


def stands_at(page: Page, row: int) -> int:
    """How far below the top of the window the reader sees it."""
    return round(page.locator("#rows > li").nth(row).bounding_box()["y"])


def news(page: Page):
    return page.locator("[data-new]")


def test_what_is_new_waits_while_one_points_at_the_list(product, window):
    page = sign_in(window(), "anna")
    page.goto("/conversations/?queue=open")
    page.locator("#rows > li").nth(3).hover()
    before = order(page)
    arrives(product, "Ala Mak", "Pierwsza nowa")
    expect(news(page)).to_have_text("1 nowa")
    arrives(product, "Ela Len", "Druga nowa")
    expect(news(page)).to_have_text("2 nowe")
    assert order(page) == before
    news(page).click()
    expect(page.locator("#rows > li").first).to_contain_text("Druga nowa")
    expect(news(page)).to_be_hidden()
    assert order(page)[2:] == before
    expect(page).to_have_title(re.compile(r"^\(\d+\) Wszystkie otwarte"))


def test_it_slides_in_when_nobody_is_there_and_when_the_pointer_leaves(product, window):
    page = sign_in(window(), "anna")
    page.goto("/conversations/?queue=open")
    page.mouse.move(1100, 500)
    arrives(product, "Iga Bez", "Prosto na górę")
    expect(page.locator("#rows > li").first).to_contain_text("Prosto na górę")
    page.locator("#rows > li").first.hover()
    arrives(product, "Ola Klon", "Po odejściu")
    expect(news(page)).to_have_text("1 nowa")
    page.mouse.move(1100, 500)
    expect(page.locator("#rows > li").first).to_contain_text("Po odejściu")


def test_focus_and_selected_words_survive(product, window):
    page = sign_in(window(), "bartek")
    page.goto("/conversations/?queue=open")
    page.mouse.move(1100, 500)
    page.keyboard.press("j")
    page.keyboard.press("j")
    focused = page.evaluate("document.activeElement.id")
    page.evaluate(
        "getSelection().selectAllChildren(document.querySelector('#rows li:nth-child(3) .conversation-row__subject'))"
    )
    chosen = page.evaluate("getSelection().toString()")
    before = order(page)
    arrives(product, "Ewa Buk", "Nie przeszkadza")
    expect(news(page)).to_have_text("1 nowa")
    assert page.evaluate("[document.activeElement.id, getSelection().toString()]") == [focused, chosen]
    assert chosen != ""
    assert order(page) == before


def test_what_a_colleague_settles_pales_until_the_pointer_leaves(window):
    anna, bartek = sign_in(window(), "anna"), sign_in(window(), "bartek")
    anna.goto("/conversations/?queue=open")
    row = anna.locator("#rows > li").last
    number = re.search(r"\d+", row.get_attribute("id"))[0]
    row.hover()
    bartek.goto(f"/conversations/{number}/?queue=open")
    bartek.get_by_role("button", name="Załatwione").first.click()
    expect(anna.locator(f"#row-{number}")).to_have_attribute("data-gone", "")
    anna.mouse.move(1100, 500)
    anna.locator(".desk__scroll").first.evaluate("(scroller) => (scroller.scrollTop = 0)")
    expect(anna.locator(f"#row-{number}")).to_have_count(0)


def test_further_pages_come_below_and_stay(product, window):
    for number in range(55):  # newsletters are settled as they come, and lie in no other test's way
        arrives(product, f"Nowości {number}", "Nowa kolekcja", List_Id="<nowosci.hurt.example>")
    page = sign_in(window(), "celina")
    page.goto("/conversations/?queue=resolved")
    page.mouse.move(1100, 500)
    expect(page.locator("#rows > li").nth(49)).to_be_attached()
    page.get_by_role("link", name="Starsze").click()
    expect(page.locator("#rows > li").nth(50)).to_be_attached()
    page.locator("#rows > li").nth(50).scroll_into_view_if_needed()
    many, at = len(order(page)), stands_at(page, 50)
    assert (many > 50, len(set(order(page))), 0 < at < 900) == (True, many, True)
    other = sign_in(window(), "bartek")
    other.goto(page.locator("#rows .conversation-row").first.get_attribute("href"))
    with page.expect_response(lambda answer: f"shown={many}" in answer.url):
        other.get_by_label("Nowy tag").fill("dawne")
        other.get_by_role("button", name="Dodaj", exact=True).click()
    expect(page.locator("#rows > li").first).to_contain_text("dawne")
    assert (len(order(page)), stands_at(page, 50)) == (many, at)


def test_several_at_once_and_back(product, window):
    for number in range(3):
        arrives(product, f"Klient {number}", f"Razem {number}")
    page = sign_in(window(), "celina")
    page.goto("/conversations/?queue=open")
    boxes = [page.get_by_role("checkbox", name=f"Klient {number},") for number in range(3)]
    page.locator("#rows > li", has_text="Razem 2").hover()
    boxes[2].click()
    boxes[0].click(modifiers=["Shift"])
    expect(page.locator("#bulk [role=status]")).to_have_text("3 zaznaczone")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    page.locator("#rows .conversation-row", has_text="Razem 1").focus()
    page.keyboard.press("x")
    expect(page.locator("#bulk [role=status]")).to_have_text("1 zaznaczona")
    boxes[0].check()
    page.get_by_role("button", name="Do kosza").click()
    page.get_by_text("2 sprawy w koszu").wait_for()
    expect(page.locator("#rows", has_text="Razem 1")).to_have_count(0)
    expect(page.locator("#bulk")).to_be_hidden()
    page.mouse.move(1100, 700)
    page.get_by_role("button", name="Cofnij").click()
    expect(page.locator("#rows > li", has_text="Razem 1")).to_have_count(1)


def test_enter_in_the_field_for_a_tag_tags(product, window):
    arrives(product, "Tadek Jar", "Do otagowania")
    page = sign_in(window(), "celina")
    page.goto("/conversations/?queue=open")
    row = page.locator("#rows > li", has_text="Do otagowania")
    row.hover()
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Oznacz tagiem").click()
    page.get_by_label("Tag dla zaznaczonych").fill("wysyłka")
    page.keyboard.press("Enter")
    page.get_by_text("1 sprawa oznaczona tagiem").wait_for()
    expect(row).to_contain_text("wysyłka")


def test_a_list_that_cannot_be_refreshed_says_so_and_stays(product, window):
    page = sign_in(window(), "anna")
    page.goto("/conversations/?queue=open")
    page.mouse.move(1100, 500)
    before = order(page)
    page.route(REFRESH, lambda route: route.fulfill(status=500, body=""))
    arrives(product, "Jan Las", "Nie dojdzie od razu")
    expect(page.get_by_text("Nie udało się odświeżyć listy.")).to_be_visible()
    assert order(page) == before
    with page.expect_request(REFRESH):
        page.get_by_role("button", name="Spróbuj ponownie").click()
    page.unroute(REFRESH)
    page.mouse.move(1100, 500)
    arrives(product, "Jan Bór", "Teraz znowu")
    expect(page.get_by_text("Nie udało się odświeżyć listy.")).to_be_hidden()
    expect(page.locator("#rows", has_text="Nie dojdzie od razu")).to_be_visible()


def test_the_search_opens_by_a_key_and_leads_back(window):
    page = sign_in(window(), "anna")
    page.goto("/conversations/?queue=mine")
    page.keyboard.press("/")
    page.keyboard.type("nosorożec")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Nic nie znaleziono").wait_for()
    expect(page.get_by_label("Szukaj słów lub #numeru")).to_have_value("nosorożec")
    page.get_by_role("link", name="Wróć do: Moje").click()
    page.wait_for_url("**/conversations/?queue=mine")


def test_without_scripts(product, window):
    arrives(product, "Bez Skryptu", "Bez skryptów")
    page = sign_in(window(scripts=False), "anna")
    page.goto("/conversations/?queue=open")
    page.locator("#rows > li", has_text="Bez skryptów").get_by_role("checkbox").check()
    page.get_by_role("button", name="Spam", exact=True).click()
    page.get_by_text("1 sprawa w spamie").wait_for()
    page.locator("#queue-spam").click()
    page.locator("#rows > li", has_text="Bez skryptów").get_by_role("checkbox").check()
    page.get_by_role("button", name="To nie spam").click()
    page.get_by_text("1 sprawa przywrócona").wait_for()
    page.get_by_role("link", name="Bez skryptów").count()
    page.goto("/conversations/?queue=open")
    page.get_by_role("link", name="Bez skryptów").click()
    page.get_by_role("link", name="Pokaż listę").click()
    expect(page.locator("#rows > li", has_text="Bez skryptów")).to_be_visible()
