"""Two agents and a customer: who reads and who writes is seen by the other, and a lost line is told honestly."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import letter, sign_in, until

pytestmark = pytest.mark.journey
SENDER = "Ola Bąk <ola.bak@poczta.example>"
SLOW = 15_000  # ms on a busy machine; a stay that nobody takes back ends after 50 s


def letter_about(product, subject: str, text: str = "Dzień dobry, czekam na odpowiedź.", **headers: str):
    mail = letter(sender=SENDER, subject=subject, text=text, **headers)
    product.write(mail, sender="ola.bak@poczta.example", to="sklep@ziarno-i-glina.example")


def opened(page: Page, subject: str):
    page.get_by_role("link", name=subject).first.click()
    page.mouse.move(0, 0)  # while one points at the list, nothing moves in it
    page.get_by_role("heading", name=subject).first.wait_for()


def test_who_reads_and_who_writes_is_seen_by_the_other(product, window, picture):
    anna, bartek, celina = (sign_in(window(), name) for name in ("anna", "bartek", "celina"))
    letter_about(product, "Kto mi odpisze?", Message_ID="<kto@poczta.example>")
    for page in (anna, bartek):
        opened(page, "Kto mi odpisze?")
    colleagues = anna.locator("ok-presence [role=img]")
    expect(colleagues).to_have_attribute("aria-label", "Czyta też: Bartek", timeout=SLOW)
    expect(bartek.locator("ok-presence [role=img]")).to_have_attribute(
        "aria-label", "Czyta też: Anna", timeout=SLOW
    )

    bartek.locator("#reply-text").press_sequentially("Dzień dobry, Pani Olu")
    expect(anna.locator("[data-typing-place]")).to_have_text("Bartek pisze…", timeout=SLOW)
    expect(celina.locator("[data-typing]", has_text="Bartek pisze…")).to_be_visible(timeout=SLOW)
    expect(bartek.locator("[data-typing-place]")).to_be_empty(timeout=SLOW)
    picture(anna, "colleague-writes")

    bartek.locator("#reply-text").fill("")
    expect(anna.locator("[data-typing-place]")).to_be_empty(timeout=SLOW)
    expect(celina.locator("[data-typing]:visible")).to_have_count(0, timeout=SLOW)
    bartek.goto("/conversations/")
    expect(anna.locator("ok-presence .avatar")).to_have_count(0, timeout=SLOW)


def test_what_one_may_not_see_is_not_whispered(product, window):
    anna, bartek = sign_in(window(), "anna"), sign_in(window(), "bartek")
    anna.evaluate("document.addEventListener('ok:here', (event) => (window.heard ??= []).push(event.detail))")
    mail = letter(
        sender=SENDER, subject="Tylko dla księgowości", text="Poufne", Message_ID="<t@poczta.example>"
    )
    product.write(mail, sender="ola.bak@poczta.example", to="faktury@ziarno-i-glina.example")
    opened(bartek, "Tylko dla księgowości")
    hidden = int(bartek.url.split("/conversations/")[1].split("/")[0]) - 10_000
    letter_about(product, "Dla wszystkich", Message_ID="<w@poczta.example>")
    opened(bartek, "Dla wszystkich")
    seen = int(bartek.url.split("/conversations/")[1].split("/")[0]) - 10_000
    until(anna, f"(window.heard ?? []).some((each) => each.startsWith('conversation/{seen} '))")
    heard = anna.evaluate("window.heard.map((each) => each.split(' ')[0])")
    assert f"conversation/{hidden}" not in heard


def test_offline_a_while_and_back(product, window, picture):
    anna = sign_in(window(), "anna")
    letter_about(product, "Przed burzą", Message_ID="<burza@poczta.example>")
    opened(anna, "Przed burzą")
    anna.locator("#reply-text").fill("Piszę dalej, choć")
    anna.context.set_offline(True)
    expect(anna.locator("[data-state=offline]")).to_be_visible()
    picture(anna, "offline")
    letter_about(
        product, "Re: Przed burzą", "Dopisuję jeszcze.", Message_ID="<b2@poczta.example>",
        In_Reply_To="<burza@poczta.example>",
    )  # fmt: skip
    anna.locator("#reply-text").press_sequentially(" nie ma sieci.")
    anna.wait_for_timeout(3000)
    expect(anna.get_by_text("Dopisuję jeszcze.")).to_have_count(0)
    anna.context.set_offline(False)
    expect(anna.locator(".thread").get_by_text("Dopisuję jeszcze.")).to_be_visible(timeout=20_000)
    expect(anna.locator("[data-state=offline]")).to_be_hidden()
    expect(anna.locator("#reply-text")).to_have_value("Piszę dalej, choć nie ma sieci.")
