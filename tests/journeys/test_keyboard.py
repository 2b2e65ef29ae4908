"""From signing in to a sent answer without a mouse."""

import pytest
from playwright.sync_api import Page, expect

from okienko.front.demo.shop import DOMAIN, PASSWORD

pytestmark = pytest.mark.journey


def tab_to(page: Page, selector: str, *, most: int = 60):
    """Press Tab until the focus is there."""
    for _ in range(most):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached")


def test_an_answer_with_the_keyboard_alone(window):
    page = window()
    page.goto("/account/sign-in/")
    tab_to(page, "#email")
    page.keyboard.type(f"anna@{DOMAIN}")
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/conversations/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Przejdź do listy")).to_be_focused()
    page.keyboard.press("Enter")
    subject = page.locator(".conversation-row", has_text="Proszę o telefon")
    row = subject.get_attribute("id")
    tab_to(page, f"#{row}")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Proszę o telefon").wait_for()

    tab_to(page, "#reply-text")
    page.keyboard.type("Panie Stanisławie, zadzwonię dziś o 15.")
    page.keyboard.press("Control+Enter")
    page.locator("#messages article", has_text="zadzwonię dziś o 15").wait_for()
    expect(page.locator("#reply-text")).to_have_value("")
    assert page.locator("#messages article").count() == 2
