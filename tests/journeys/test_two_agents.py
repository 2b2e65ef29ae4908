"""What one does the other sees, without asking; what one may not see never reaches their screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from okienko.front.demo.shop import DOMAIN
from tests.journeys.conftest import letter, sign_in, until

pytestmark = pytest.mark.journey


def opened(page: Page, subject: str) -> str:
    """Open a conversation from the list; its address."""
    page.get_by_role("link", name=subject).click()
    page.get_by_role("heading", name=subject).wait_for()
    return re.search(r"/conversations/\d+/", page.url)[0]


def test_changes_of_others_appear_without_asking(window):
    anna, bartek = sign_in(window(), "anna"), sign_in(window(), "bartek")
    address = opened(anna, "Podwójna płatność")
    bartek.goto(address)
    bartek.locator("#head-assignee").click()
    bartek.get_by_role("menuitemradio", name="Anna Nowicka").click()
    anna.get_by_text("Przekazano: Anna Nowicka").wait_for()
    bartek.locator("#composer").get_by_text("Notatka", exact=True).click()
    bartek.get_by_label("Treść").fill("Bank potwierdził obie wpłaty.")
    bartek.get_by_label("Treść").press("Control+Enter")
    anna.locator(".note", has_text="Bank potwierdził obie wpłaty.").wait_for()
    bartek.locator("#tag-name").fill("pilne")
    bartek.locator("#case-facts").get_by_role("button", name="Dodaj", exact=True).click()
    anna.get_by_text("Dodano tag „pilne”").wait_for()
    bartek.get_by_role("button", name="Załatwione").click()
    anna.get_by_role("button", name="Otwórz ponownie").wait_for()
    anna.mouse.move(900, 300)  # under the pointer the list keeps still
    expect(anna.locator("#list").get_by_text("Podwójna płatność")).to_have_count(0)


def test_a_closed_team_s_letters_reach_nobody_else(product, window):
    anna, bartek = sign_in(window(), "anna"), sign_in(window(), "bartek")
    anna.evaluate(
        "document.addEventListener('ok:change', (event) => (window.heard ??= []).push(event.detail))"
    )
    secret = letter(
        sender="Kadry <kadry@biuro.example>",
        subject="Lista płac za listopad",
        text="Poufne.",
        to=f"faktury@{DOMAIN}",
        Message_ID="<place@biuro.example>",
    )
    product.write(secret, sender="kadry@biuro.example", to=f"faktury@{DOMAIN}")
    address = opened(bartek, "Lista płac za listopad")
    public = letter(
        sender="Ola <ola@poczta.example>",
        subject="Godziny otwarcia",
        text="Do której?",
        Message_ID="<g@poczta.example>",
    )
    product.write(public, sender="ola@poczta.example", to=f"sklep@{DOMAIN}")
    anna.get_by_role("link", name="Godziny otwarcia").wait_for()
    expect(anna.get_by_text("Lista płac za listopad")).to_have_count(0)
    hidden = int(re.search(r"\d+", address)[0]) - 10_000
    assert f"conversation/{hidden}" not in anna.evaluate("window.heard")
    assert anna.goto(address).status == 404


def test_many_tabs_share_one_stream(window):
    first = sign_in(window(), "celina")
    tabs = [first, *(first.context.new_page() for _ in range(5))]
    for tab in tabs[1:]:
        tab.goto("/conversations/")
    address = opened(tabs[3], "Talerze „Piasek”")
    tabs[5].goto(address)
    tabs[5].locator("#tag-name").fill("oferta")
    tabs[5].locator("#case-facts").get_by_role("button", name="Dodaj", exact=True).click()
    tabs[3].get_by_text("Dodano tag „oferta”").wait_for(state="attached")  # in a fold
    streams = [tab.evaluate("document.querySelector('ok-live').source?.readyState ?? -1") for tab in tabs]
    assert sorted(streams) == [-1, -1, -1, -1, -1, 1]


def test_a_broken_line_is_told_and_mended(window):
    page = sign_in(window(), "anna")
    until(page, "document.querySelector('ok-live').source?.readyState === EventSource.OPEN")
    page.context.set_offline(True)
    expect(page.get_by_text("Brak połączenia – pokazujemy stan z")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Brak połączenia – pokazujemy stan z")).to_be_hidden()
    expect(page.get_by_text("Jesteśmy z powrotem")).to_be_visible()
