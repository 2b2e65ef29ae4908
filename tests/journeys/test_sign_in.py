"""Signing in as people meet it: passkeys, apps, recovery codes, a new password by mail."""

import re

import pytest
from playwright.sync_api import Page, expect

from okienko.front.demo.shop import DOMAIN
from tests.journeys import entrance
from tests.journeys.conftest import Product
from tests.journeys.entrance import (
    NEW,
    app_code,
    button,
    by_name,
    confirmed,
    device,
    in_polish,
    letter_to,
    link,
    looked_at,
    password_sent,
)  # fmt: skip

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    with entrance.shop(tmp_path_factory.mktemp("entrance")) as opened:
        yield opened


def with_passkey(product: Product, page: Page, picture):
    """Celina adds a passkey after signing in with her password. Returns the line to her device, and its name."""
    line, known = device(page)
    origin = by_name(product)
    password_sent(page, "celina", origin=origin)
    page.wait_for_url("**/conversations/")
    page.goto(f"{origin}/account/security/")
    looked_at(page, picture, "security")
    link(page, "Add a passkey").click()
    confirmed(page)
    page.locator("#name").fill("Laptop Celiny")
    looked_at(page, picture, "passkey-add")
    button(page, "Add a passkey").click()
    page.wait_for_url("**/security/codes/")
    looked_at(page, picture, "recovery-codes")
    return line, known


def out(page: Page):
    """Signed out, and nothing of the page goes on."""
    page.goto("about:blank")
    # An answer that was on its way when the page was left may still bring its session back.
    for _ in range(3):
        page.wait_for_timeout(150)
        page.context.clear_cookies()


def test_a_passkey_from_making_it_to_signing_in_without_a_password(product, window, picture):
    page, origin = window(), by_name(product)
    line, known = with_passkey(product, page, picture)
    page.goto(f"{origin}/account/security/")
    expect(page.get_by_text("Laptop Celiny")).to_be_visible()
    looked_at(page, picture, "security-with-passkey")

    out(page)
    page.goto(f"{origin}/account/sign-in/?next=/account/")
    button(page, "Use a passkey").click()
    page.wait_for_url("**/account/")

    # A device that does not know its owner opens nothing and says so.
    out(page)
    line.send("WebAuthn.setUserVerified", {"authenticatorId": known, "isUserVerified": False})
    page.goto(f"{origin}/account/sign-in/")
    expect(page).to_have_url(f"{origin}/account/sign-in/")
    button(page, "Use a passkey").click()
    page.get_by_role("alert").wait_for()
    looked_at(page, picture, "passkey-refused")
    line.send("WebAuthn.setUserVerified", {"authenticatorId": known, "isUserVerified": True})

    # As the second step after the password, and as the proof before a change.
    password_sent(page, "celina", origin=origin)
    page.wait_for_url("**/sign-in/second/")
    looked_at(page, picture, "second-step")
    button(page, "Use a passkey").click()
    page.wait_for_url("**/conversations/")
    page.goto(f"{origin}/account/again/passkey/?next=/account/security/")
    looked_at(page, picture, "again-passkey")
    button(page, "Use a passkey").click()
    page.wait_for_url("**/account/security/")
    renamed_and_removed(page, picture)

    out(page)
    page.goto(f"{origin}/account/sign-in/")
    button(page, "Use a passkey").click()
    page.get_by_text(in_polish("This code is not right, or has been used.")).wait_for()


def renamed_and_removed(page: Page, picture):
    page.get_by_role("link", name=in_polish("Rename %(name)s") % {"name": "Laptop Celiny"}).click()
    page.locator("#name").fill("Stary laptop")
    looked_at(page, picture, "passkey-rename")
    button(page, "Save").click()
    page.get_by_role("link", name=in_polish("Remove %(name)s") % {"name": "Stary laptop"}).click()
    looked_at(page, picture, "passkey-remove")
    button(page, "Remove the passkey").click()
    page.wait_for_url("**/account/security/")
    expect(page.get_by_text("Stary laptop")).to_have_count(0)


def test_where_the_address_forbids_passkeys_it_is_said(window):
    page = window()
    page.goto("/account/sign-in/")
    expect(page.locator("ok-passkey")).to_have_count(0)
    password_sent(page, "bartek")
    page.wait_for_url("**/conversations/")
    page.goto("/account/security/")
    expect(link(page, "Add a passkey")).to_have_count(0)
    words = "Browsers allow passkeys only where Okienko is opened by a name and over https. Here it is not; ask whoever looks after the server."
    expect(page.get_by_text(in_polish(words))).to_be_visible()


def with_app(page: Page, picture) -> list[str]:
    """Anna sets up an app after signing in with her password. Returns her recovery codes."""
    password_sent(page, "anna")
    page.wait_for_url("**/conversations/")
    page.goto("/account/security/app/")
    looked_at(page, picture, "again-password")
    confirmed(page)
    page.locator("summary").click()
    secret = page.locator(".entrance__secret").inner_text()
    looked_at(page, picture, "app-set-up")
    page.locator("#code").fill(app_code(secret))
    button(page, "Check and set up").click()
    page.wait_for_url("**/security/codes/")
    codes = page.locator(".entrance__codes li").all_inner_texts()
    with page.expect_download() as saved:
        link(page, "Save as a file").click()
    assert re.findall(r"^\d{8}$", saved.value.path().read_text(), re.MULTILINE) == codes
    return codes


def test_an_app_its_codes_and_the_codes_for_the_day_it_is_lost(window, picture):
    page = window()
    codes = with_app(page, picture)
    page.context.clear_cookies()
    password_sent(page, "anna")
    page.wait_for_url("**/sign-in/second/")
    page.locator("#code").fill("000000")
    button(page, "Next").click()
    page.get_by_role("alert").wait_for()
    looked_at(page, picture, "second-step-wrong")
    page.locator("#code").fill(codes[0])
    button(page, "Next").click()
    page.wait_for_url("**/conversations/")
    page.goto("/account/security/codes/")
    page.wait_for_url("**/again/**")
    confirmed(page)
    assert page.locator(".entrance__codes li").all_inner_texts() == codes[1:]
    page.goto("/account/security/codes/new/")
    looked_at(page, picture, "codes-new")
    button(page, "Make new codes").click()
    page.wait_for_url("**/security/codes/")
    page.goto("/account/security/app/remove/")
    looked_at(page, picture, "app-remove")
    button(page, "Remove the app").click()
    page.wait_for_url("**/account/security/")


def test_a_new_password_by_mail(product, window, picture):
    page = window()
    page.goto("/account/sign-in/")
    link(page, "I forgot my password").click()
    looked_at(page, picture, "forgotten")
    page.locator("[name=email]").fill(f"bartek@{DOMAIN}")
    button(page, "Send the link").click()
    page.get_by_role("status").wait_for()
    looked_at(page, picture, "forgotten-sent")
    path = letter_to(product, f"bartek@{DOMAIN}", r"http://127\.0\.0\.1:\d+(/account/new-password/\S+)")
    page.goto(path)
    assert path not in page.url
    looked_at(page, picture, "new-password")
    page.locator("[name=password]").fill(NEW)
    button(page, "Set the password").click()
    page.wait_for_url("**/account/sign-in/")
    looked_at(page, picture, "sign-in-after-reset")
    password_sent(page, "bartek", NEW)
    page.wait_for_url("**/conversations/")
    page.goto("/account/password/")
    looked_at(page, picture, "password-change")
    page.goto(path)
    looked_at(page, picture, "link-gone")


def test_with_the_keyboard_alone(window):
    """Every control of the sign-in page is reached in the order in which it is read."""
    page = window()
    page.goto("/account/sign-in/")
    reached = []
    for _ in range(12):
        reached.append(
            page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")
        )
        page.keyboard.press("Tab")
    wanted = ["email", "password", in_polish("Sign in"), in_polish("I forgot my password")]
    assert [each for each in reached if each in wanted][:4] == wanted
