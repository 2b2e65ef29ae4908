"""A letter arrives, is seen unasked, answered, and lies in the customer's mailbox; their answer comes back to it."""

import re
import time
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from playwright.sync_api import expect

from okienko.front.demo.crew import CREW
from okienko.front.demo.shop import DOMAIN
from tests.journeys.conftest import SHOP, Product, letter, sign_in

pytestmark = pytest.mark.journey

SENDER = "halina.zdun@poczta.example"


def left_for(product: Product, address: str, *, after: int) -> EmailMessage:
    """The letter to `address` that left as number `after` or later."""
    for _ in range(200):
        found = [mail for mail in product.sent()[after:] if address in str(mail["To"])]
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"nothing was sent to {address}")


SUBJECT = "Czy „Mgła” nadaje się do zmywarki?"
ANSWER = "Dzień dobry, Pani Halino,\n\ntak, można. Łagodny program wystarczy.\n\nAnna"


def asked(product: Product):
    question = letter(
        sender=f"Halina Zdun <{SENDER}>",
        subject=SUBJECT,
        text="Dzień dobry,\nczy kubek „Mgła” można myć w zmywarce?\nHalina Zdun\n",
        Message_ID="<pytanie-1@poczta.example>",
        Date="Sun, 22 Nov 2026 10:00:00 +0100",
    )
    product.write(question, sender=SENDER, to=SHOP)


def thanked(product: Product, answer: EmailMessage):
    """What a mail program makes of "reply"."""
    to = answer["Reply-To"].addresses[0].addr_spec
    thanks = letter(
        sender=SENDER,
        subject=str(answer["Subject"]),
        text="Dziękuję bardzo, pani Anno!",
        to=to,
        Message_ID="<pytanie-2@poczta.example>",
        In_Reply_To=answer["Message-ID"],
        References=f"{answer['References']} {answer['Message-ID']}",
    )
    product.write(thanks, sender=SENDER, to=to)


def headers_are_right(answer: EmailMessage, number: str):
    assert answer["From"] == f"Ziarno i Glina – obsługa klienta <{SHOP}>"
    assert answer["To"].addresses[0].addr_spec == SENDER
    assert answer["Subject"] == f"Re: {SUBJECT} [#{number}]"
    assert answer["In-Reply-To"] == "<pytanie-1@poczta.example>"
    assert answer["References"].split() == ["<pytanie-1@poczta.example>"]
    assert re.fullmatch(rf"<[0-9a-f]{{32}}\.\d+@{re.escape(DOMAIN)}>", answer["Message-ID"])
    reply_to = answer["Reply-To"].addresses[0].addr_spec
    assert re.fullmatch(rf"sklep\+c\d+\.[a-z2-7]{{16}}@{re.escape(DOMAIN)}", reply_to)
    assert abs(parsedate_to_datetime(answer["Date"]).timestamp() - time.time()) < 60


def test_from_the_customer_to_the_desk_and_back(product, window, picture):
    page = sign_in(window(), "anna")
    asked(product)
    row = page.get_by_role("link", name=SUBJECT)
    row.wait_for()  # nobody asked for it
    row.click()
    log = page.locator("#messages")
    log.get_by_text("w zmywarce?").wait_for()
    expect(page.locator(".composer__route.composer__for-reply > span").first).to_have_text(f"Do: {SENDER}")

    before = len(product.sent())
    page.get_by_label("Treść").fill(ANSWER)
    page.get_by_role("button", name="Wyślij").click()
    log.get_by_text(f"Wysłana: {SENDER}").wait_for()
    expect(page.get_by_label("Treść")).to_have_value("")
    picture(page, "answered-1440-light")
    number = re.search(r"/conversations/(\d+)/", page.url)[1]
    answer = left_for(product, SENDER, after=before)
    headers_are_right(answer, number)
    words = answer.get_body(("plain",)).get_content().replace("\r\n", "\n").strip()
    assert words == f"{ANSWER}\n\n-- \n{CREW['anna'].signature}"

    thanked(product, answer)
    log.get_by_text("Dziękuję bardzo, pani Anno!").wait_for()
    assert page.url.endswith(f"/conversations/{number}/?queue=open")
    assert log.locator("article").count() == 3


def test_what_is_being_written_stays_while_others_write(product, window):
    page = sign_in(window(), "anna")
    page.get_by_role("link", name="Jaka kawa do kawiarki?").click()
    field = page.get_by_label("Treść")
    field.fill("Polecam Brazylię, bo")
    number = re.search(r"/conversations/(\d+)/", page.url)[1]
    more = letter(
        sender="Agnieszka Śliwa <agnieszka.sliwa@poczta.example>",
        subject=f"Re: Jaka kawa do kawiarki? [#{number}]",
        text="Zapomniałam: najlepiej bezkofeinowa.",
        Message_ID="<kawiarka-2@poczta.example>",
    )
    product.write(more, sender="agnieszka.sliwa@poczta.example", to=SHOP)
    page.locator("#messages").get_by_text("najlepiej bezkofeinowa").wait_for()
    expect(field).to_have_value("Polecam Brazylię, bo")
    expect(field).to_be_focused()
    page.reload()
    expect(page.get_by_label("Treść")).to_have_value("Polecam Brazylię, bo")


def test_everything_works_without_scripts(product, window):
    page = sign_in(window(scripts=False), "anna")
    page.get_by_role("link", name="Kawa zwietrzała?").click()
    before = len(product.sent())
    page.get_by_label("Treść").fill("Panie Krzysztofie, wymienimy kawę na świeżą.")
    page.get_by_role("button", name="Wyślij").click()
    page.locator("article", has_text="wymienimy kawę na świeżą").wait_for()
    page.get_by_role("button", name="Biorę").click()
    page.get_by_text("bierze tę sprawę").wait_for()
    page.get_by_role("button", name="Załatwione").click()
    page.get_by_role("button", name="Otwórz ponownie").wait_for()
    assert left_for(product, "k.zuraw@poczta.example", after=before)["Subject"].startswith(
        "Re: Kawa zwietrzała?"
    )
