"""What journeys through the entrance have in common: a shop of their own, its letters, devices and apps."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page

from bench.processes import free_port, installation
from okienko.front.demo.mailsink import controller
from okienko.front.demo.shop import DOMAIN, PASSWORD
from tests.faults.mail import until
from tests.journeys.conftest import Product
from tests.journeys.test_looks import complaints

NEW = "nowy-porządny-kubek"
NARROW = {"width": 320, "height": 640}


def in_polish(text: str) -> str:
    with translation.override("pl"):
        return gettext(text)


@contextmanager
def shop(home: Path) -> Iterator[Product]:
    """A demonstration shop of one module's own: its journeys change how the people of it sign in."""
    port = free_port()
    sink = controller(home / "mailbox", port)
    sink.start()
    installed = installation(
        home / "data", OKIENKO_STATIC=str(home / "static"), OKIENKO_DEMO_SMTP_PORT=str(port)
    )
    installed.command("collectstatic", "--no-input", "--verbosity", "0")
    installed.command("demo", "--short")
    try:
        with installed.serving() as server:
            yield Product(installed, server, home / "mailbox")
    finally:
        sink.stop()


def by_name(product: Product) -> str:
    """The address at which browsers allow passkeys."""
    return product.url.replace("127.0.0.1", "localhost")


def button(page: Page, text: str):
    return page.get_by_role("button", name=in_polish(text), exact=True)


def link(page: Page, text: str):
    return page.get_by_role("link", name=in_polish(text), exact=True)


def password_sent(page: Page, who: str, password: str = PASSWORD, origin: str = ""):
    page.goto(f"{origin}/account/sign-in/")
    page.locator("#email").fill(f"{who}@{DOMAIN}")
    page.locator("#password").fill(password)
    button(page, "Sign in").click()


def confirmed(page: Page):
    page.locator("#password").fill(PASSWORD)
    button(page, "Confirm").click()


def looked_at(page: Page, picture, name: str):
    """Nothing axe complains of, and nothing too wide, as it is and at 320 px."""
    size = page.viewport_size
    found = {}
    for width, shape in (("wide", size), ("narrow", NARROW)):
        page.set_viewport_size(shape)
        page.wait_for_timeout(150)
        picture(page, f"{name}-{width}")
        found[width] = complaints(page)
    page.set_viewport_size(size)
    assert found == {"wide": [], "narrow": []}


def app_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def letter_to(product: Product, address: str, pattern: str) -> str:
    """The path of the link in the newest letter to somebody."""
    found = []

    def came() -> bool:
        texts = [mail.get_body(("plain",)).get_content() for mail in product.sent() if mail["To"] == address]
        found[:] = [hit for text in texts for hit in re.findall(pattern, text)]
        return bool(found)

    until(came, what=f"a letter to {address}")
    return found[-1]


def device(page: Page):
    """A platform that knows its owner's finger. Passkeys made in this page lie in it."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    known = line.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return line, known
