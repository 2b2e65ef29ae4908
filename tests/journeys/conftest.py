"""The product as it is really run, a mail server that keeps what it is given, and a browser.

The demonstration shop is the cast: Anna and Bartek (agents), Celina (owner), Zofia (customer).
With SCREENSHOTS=folder the journeys leave pictures of their pages there.
"""

import os
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bench.processes import Installation, Process, free_port, installation
from okienko.front.demo.mailsink import controller
from okienko.front.demo.shop import DOMAIN, PASSWORD

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]
SHOP = f"sklep@{DOMAIN}"


@dataclass
class Product:
    """A running installation. `mailbox`: the letters that left it."""

    installed: Installation
    server: Process
    mailbox: Path
    contexts: list = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.server.url

    def write(self, mail: EmailMessage, *, sender: str, to: str):
        """Hand a letter to the door for local mail. Raises when it is not taken."""
        with smtplib.LMTP("127.0.0.1", self.server.lmtp_port) as door:
            assert door.sendmail(sender, [to], mail.as_bytes(policy=policy.SMTP)) == {}

    def sent(self) -> list[EmailMessage]:
        """Letters that left, oldest first."""
        files = sorted(self.mailbox.glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def letter(*, sender: str, subject: str, text: str, to: str = SHOP, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    home = tmp_path_factory.mktemp("product")
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


@pytest.fixture(scope="session")
def browser():
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def window(product: Product, browser: Browser):
    """window(width=…, …) → a page in a browser of its own; every fault on a page fails the test."""
    contexts, faults = [], []

    def opened(*, width: int = 1440, height: int = 900, scheme: str = "light", scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=product.url,
            locale="pl-PL",
            timezone_id="Europe/Warsaw",
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if is_fault(said) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def is_fault(said) -> bool:
    """What the browser complains of, except that a page answered 4xx, or a line was cut, which tests do on purpose."""
    on_purpose = (
        "Failed to load resource",
        "error occurred when fetching the script",
        "htmx:sendError",
        "htmx:afterRequest",
        "Status Error Code 4",
    )
    return said.type == "error" and not any(words in said.text for words in on_purpose)


def until(page: Page, script: str, wanted: Callable = bool):
    """What the script says when it is what was wanted: the policy of our pages forbids wait_for_function."""
    for _ in range(200):
        if wanted(said := page.evaluate(script)):
            return said
        page.wait_for_timeout(50)
    raise AssertionError(f"{script} still says {said}")


_cookies: dict[str, list] = {}


def sign_in(page: Page, who: str) -> Page:
    """By the form the first time, later with the cookies of that: an address may try ten times a minute."""
    page.context.add_cookies(_cookies.get(who, []))
    page.goto("/conversations/")
    if "/sign-in/" in page.url:
        page.get_by_label("E-mail").fill(f"{who}@{DOMAIN}")
        page.get_by_label("Hasło").fill(PASSWORD)
        page.get_by_role("button", name="Zaloguj się").click()
        page.wait_for_url("**/conversations/")
        _cookies[who] = page.context.cookies()
    return page


@pytest.fixture
def picture():
    """picture(page, name): a screenshot, when they are asked for."""
    folder = os.environ.get("SCREENSHOTS", "")

    def taken(page: Page, name: str):
        if folder:
            page.screenshot(path=str(Path(folder) / f"{name}.png"))

    return taken
