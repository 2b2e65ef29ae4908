"""A conversation that we begin: by letter to somebody new, and a call written down with the keyboard alone."""

import re
import time
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SHOP, Product, letter, sign_in
from tests.journeys.test_keyboard import tab_to

pytestmark = pytest.mark.journey

NEW = "irena.wilk@poczta.example"
SUBJECT = "Wycena kubków z nadrukiem"
TEXT = "Dzień dobry, Pani Ireno,\n\nwycena jest w załączniku.\n\nAnna"


def left_for(product: Product, address: str) -> EmailMessage:
    for _ in range(400):
        found = [mail for mail in product.sent() if address in str(mail["To"])]
        if found:
            return found[-1]
        time.sleep(0.05)
    raise AssertionError(f"nothing was sent to {address}")


def begin(page: Page):
    """With the key that the list offers."""
    page.get_by_role("link", name="Nowa rozmowa").wait_for()
    page.locator("body").press("c")
    page.get_by_role("heading", name="Nowa rozmowa").wait_for()
    expect(page.get_by_label("Do", exact=True)).to_be_focused()


def thanked(product: Product, mail: EmailMessage):
    """What a mail program makes of "reply"."""
    back = letter(
        sender=f"Irena Wilk <{NEW}>",
        subject=f"Re: {mail['Subject']}",
        text="Dziękuję, zamawiam!",
        to=mail["Reply-To"].addresses[0].addr_spec,
        Message_ID="<zamawiam@poczta.example>",
        In_Reply_To=mail["Message-ID"],
    )
    product.write(back, sender=NEW, to=SHOP)


def test_a_letter_to_somebody_new_and_their_answer(product, window, picture):
    page = sign_in(window(), "anna")
    begin(page)
    page.keyboard.type(f"Irena Wilk <{NEW}>")
    page.get_by_label("Treść").fill(TEXT)
    page.get_by_label("Pliki").set_input_files(
        {"name": "wycena.txt", "mimeType": "text/plain", "buffer": b"40 PLN"}
    )
    page.get_by_role("button", name="Wyślij").click()
    page.get_by_text("O czym to jest? Temat klient czyta jako pierwszy.").wait_for()
    expect(page.get_by_label("Temat")).to_be_focused()
    expect(page.get_by_label("Treść")).to_have_value(TEXT)
    page.keyboard.type(SUBJECT)
    picture(page, "new-letter-1440-light")
    page.get_by_role("button", name="Wyślij").dblclick()

    page.get_by_role("heading", name=SUBJECT).wait_for()
    log = page.locator("#messages")
    log.get_by_text("wycena jest w załączniku").wait_for()
    number = re.search(r"/conversations/(\d+)/", page.url)[1]
    mail = left_for(product, NEW)
    assert mail["Subject"] == f"{SUBJECT} [#{number}]"
    assert (
        mail.get_body(("plain",)).get_content().replace("\r\n", "\n").partition("\n\n-- \n")[0].strip()
        == TEXT
    )
    assert [file.get_content() for file in mail.iter_attachments()] == ["40 PLN"]
    assert len([one for one in product.sent() if NEW in str(one["To"])]) == 1

    thanked(product, mail)
    log.get_by_text("Dziękuję, zamawiam!").wait_for()
    assert f"/conversations/{number}/" in page.url
    assert log.locator("article").count() == 2


def test_whom_one_knows_is_found_while_typing(window, picture):
    page = sign_in(window(), "anna")
    begin(page)
    field = page.get_by_label("Do", exact=True)
    field.press_sequentially("nowy@klient.example, gasior", delay=10)
    page.get_by_role("option", name="Zofia Gąsiorowska").wait_for()
    picture(page, "people-found-1440-light")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("nowy@klient.example, ")
    chosen = page.get_by_role("list", name="Wybrane osoby").first
    expect(chosen).to_contain_text("Zofia Gąsiorowska")
    page.get_by_text(re.compile("Zofia Gąsiorowska ma otwartą sprawę #")).first.wait_for()
    page.keyboard.press("Shift+Tab")  # to the box of the one who was chosen
    page.keyboard.press("Space")
    expect(page.get_by_role("list", name="Wybrane osoby")).to_have_count(0)
    expect(field).to_be_focused()


def test_a_call_with_the_keyboard_alone(window, picture):
    page = sign_in(window(), "bartek")
    begin(page)
    tab_back_to(page, "Rozmowa telefoniczna")
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=call**")
    expect(page.get_by_label("Z kim")).to_be_focused()
    page.keyboard.type("Jan Kos 501 502 503")
    tab_to(page, "#id_direction_0")
    page.keyboard.press("ArrowDown")  # we called them
    tab_to(page, "#id_minutes")
    page.keyboard.type("12")
    tab_to(page, "#id_text")
    page.keyboard.type("Odbierze w sobotę.")
    tab_to(page, "#id_outcome_0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")  # we have to come back to it
    page.keyboard.press("Control+Enter")

    talk = page.locator(".talk")
    talk.wait_for()
    picture(page, "talk-1440-light")
    expect(talk).to_contain_text("Telefon do klienta")
    expect(talk).to_contain_text("12 minut")
    expect(talk).to_contain_text("Jan Kos")
    expect(talk).to_contain_text("+48 501 502 503")
    expect(talk).to_contain_text("Odbierze w sobotę.")
    expect(page.get_by_text("Nie znamy adresu e-mail tej osoby").first).to_be_visible()
    page.goto("/conversations/?queue=mine")
    page.locator("#list").get_by_text("Jan Kos").wait_for()


def tab_back_to(page: Page, words: str):
    """From the first field to a link above it."""
    for _ in range(10):
        page.keyboard.press("Shift+Tab")
        if words in page.evaluate("document.activeElement.textContent"):
            return
    raise AssertionError(f"{words} cannot be reached")


def test_a_visit_on_a_phone(window, picture):
    page = sign_in(window(width=390, height=844), "anna")
    page.goto("/conversations/new/?kind=visit")
    expect(page.get_by_text("Kto dzwonił")).to_have_count(0)
    page.get_by_label("Z kim").fill("Pani w zielonym płaszczu")
    page.get_by_label("Co ustalono").fill("Chce ten sam kubek, da znać w piątek.")
    page.get_by_text("Czekamy na klienta").last.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    picture(page, "visit-390-light")
    page.get_by_role("button", name="Zapisz").click()
    expect(page.locator(".talk")).to_contain_text("Wizyta w sklepie")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_without_scripts(product, window):
    page = sign_in(window(scripts=False), "anna")
    page.get_by_role("link", name="Nowa rozmowa").click()
    page.get_by_label("Do", exact=True).fill("bez.skryptow@poczta.example")
    page.get_by_label("Temat").fill("Bez skryptów")
    page.get_by_label("Treść").fill("Też działa.")
    page.get_by_role("button", name="Wyślij").click()
    page.locator("article", has_text="Też działa.").wait_for()
    assert left_for(product, "bez.skryptow@poczta.example")["Subject"].startswith("Bez skryptów [#")
