"""A customer's page: a wrong name corrected, an address that is not theirs, two conversations that are one matter."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import letter, sign_in

pytestmark = pytest.mark.journey


def write(
    product,
    subject: str,
    *,
    sender: str = "Halina Wójt <halina@poczta.example>",
    text: str = "Czekam na paczkę.",
):
    product.write(
        letter(sender=sender, subject=subject, text=text),
        sender="halina@poczta.example",
        to="sklep@ziarno-i-glina.example",
    )


def opened(page: Page, subject: str) -> str:
    """Open a conversation from the list; its number."""
    page.goto("/conversations/")
    page.locator("#list").get_by_text(subject, exact=True).first.click()
    page.get_by_role("heading", name=subject).first.wait_for()
    return re.search(r"/conversations/(\d+)/", page.url)[1]


def column(page: Page):
    return page.locator("#case-facts")


def test_a_wrong_name_is_corrected_before_everybody_s_eyes(product, window, picture):
    write(product, "Zły podpis", sender="Biuro Rachunkowe <halina@poczta.example>")
    anna, bartek = sign_in(window(), "anna"), sign_in(window(), "bartek")
    opened(bartek, "Zły podpis")
    opened(anna, "Zły podpis")
    column(anna).get_by_role("link", name="Biuro Rachunkowe").click()
    anna.get_by_text("Popraw imię").click()
    anna.get_by_label("Imię i nazwisko").fill("")
    anna.get_by_label("Imię i nazwisko").type("Halina Wójt")
    anna.keyboard.press("Enter")
    expect(anna.get_by_role("heading", level=1)).to_have_text("Halina Wójt")
    # The other window is beside the same conversation and has not been touched.
    expect(column(bartek).get_by_role("link", name="Halina Wójt")).to_be_visible()
    expect(bartek.locator("#rows").get_by_text("Halina Wójt").first).to_be_visible()
    write(product, "Znowu zły podpis", sender="Biuro Rachunkowe <halina@poczta.example>")
    expect(anna.locator("#panel-story").get_by_text("Znowu zły podpis").first).to_be_visible()
    anna.reload()
    expect(anna.get_by_role("heading", level=1)).to_have_text("Halina Wójt")
    picture(anna, "klient")


def test_notes_and_addresses_are_live_and_typing_survives(product, window):
    write(product, "Notatki na żywo")
    anna, bartek = sign_in(window(), "anna"), sign_in(window(), "bartek")
    opened(anna, "Notatki na żywo")
    opened(bartek, "Notatki na żywo")
    mine = column(anna).get_by_placeholder("Co wszyscy powinni wiedzieć o tym kliencie?")
    mine.fill("Piszę powoli i")
    column(bartek).get_by_placeholder("Co wszyscy powinni wiedzieć o tym kliencie?").fill(
        "Woli telefon po 17."
    )
    column(bartek).get_by_role("button", name="Dodaj notatkę").click()
    expect(column(anna).get_by_text("Woli telefon po 17.")).to_be_visible()
    expect(mine).to_have_value("Piszę powoli i")
    column(bartek).get_by_role("button", name="Usuń notatkę").click()
    expect(column(anna).get_by_text("Woli telefon po 17.")).to_have_count(0)


def test_two_conversations_are_joined_and_parted(product, window, picture):
    write(product, "Gdzie jest dzbanek", text="Dzbanek miał przyjść wczoraj.")
    anna, bartek = sign_in(window(), "anna"), sign_in(window(), "bartek")
    first = opened(anna, "Gdzie jest dzbanek")
    write(product, "Jeszcze o dzbanku", text="Piszę drugi raz.")
    second = opened(bartek, "Jeszcze o dzbanku")
    anna.goto(f"/conversations/{second}/")
    column(anna).get_by_role("link", name="Połącz z inną sprawą…").click()
    anna.get_by_role("link", name=re.compile("Gdzie jest dzbanek")).click()
    expect(anna.get_by_role("heading", level=1)).to_have_text(f"Połączyć #{second} z #{first}?")
    picture(anna, "laczenie")
    anna.get_by_role("button", name="Połącz", exact=True).click()
    expect(anna.locator("#messages").get_by_text("Piszę drugi raz.")).to_be_visible()
    # Bartek looked at the one that is gone: he is led on, and told so.
    bartek.wait_for_url(f"**/conversations/{first}/**")
    expect(bartek.get_by_text(f"#{second} jest częścią tej sprawy, #{first}.")).to_be_visible()
    expect(bartek.locator("#rows").get_by_text("Jeszcze o dzbanku", exact=True)).to_have_count(0)
    column(anna).get_by_role("button", name=f"Rozłącz #{second}").click()
    anna.wait_for_url(f"**/conversations/{second}/**")
    expect(anna.locator("#messages").get_by_text("Piszę drugi raz.")).to_be_visible()
    expect(bartek.locator("#messages").get_by_text("Piszę drugi raz.")).to_have_count(0)


def test_a_broken_section_harms_no_other(product, window):
    write(product, "Zepsuta sekcja")
    page = sign_in(window(), "anna")
    asked = []
    page.route(
        "**/panels/notes/",
        lambda route: (asked.append(1), route.fulfill(status=500) if len(asked) == 1 else route.continue_())[
            -1
        ],
    )
    opened(page, "Zepsuta sekcja")
    notes = page.locator("#panel-notes")
    expect(notes.get_by_text("Tej części nie udało się wczytać.")).to_be_visible()
    expect(page.locator("#panel-reach").get_by_role("link", name="halina@poczta.example")).to_be_visible()
    notes.get_by_role("button", name="Spróbuj ponownie").click()
    expect(notes.get_by_role("button", name="Dodaj notatkę")).to_be_visible()
    expect(notes.get_by_text("Tej części nie udało się wczytać.")).to_be_hidden()


def test_sections_stay_as_one_left_them(product, window):
    write(product, "Zwinięte sekcje")
    page = sign_in(window(), "anna")
    opened(page, "Zwinięte sekcje")
    case = page.locator("#fact-case details")
    case.locator("summary").press("Enter")
    expect(case).not_to_have_attribute("open", "")
    page.reload()
    expect(case).not_to_have_attribute("open", "")
    expect(page.locator("#fact-tags details")).to_have_attribute("open", "")


def test_with_one_thumb_and_without_a_mouse(product, window, picture):
    write(product, "Z telefonu")
    phone = sign_in(window(width=390, height=844), "anna")
    phone.goto("/contacts/?q=halina")
    phone.get_by_role("link", name=re.compile("Halina|Biuro")).first.click()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    picture(phone, "klient-telefon")
    phone.get_by_label("Adres e-mail albo numer telefonu").fill("501 502 503")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("link", name="+48 501 502 503")).to_be_visible()
    expect(phone.get_by_label("Adres e-mail albo numer telefonu")).to_have_value("")
    phone.get_by_role("button", name="Więcej: +48 501 502 503").focus()
    phone.keyboard.press("Enter")
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Enter")  # the last of the menu: remove
    expect(phone.get_by_role("heading", level=1)).to_contain_text("+48 501 502 503")
    phone.get_by_role("button", name="Usuń").press("Enter")
    expect(phone.get_by_text("Adres usunięty.")).to_be_visible()
    expect(phone.get_by_role("link", name="+48 501 502 503")).to_have_count(0)
