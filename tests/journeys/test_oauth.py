"""From our page to the provider's, where somebody says yes or no, and back: as a browser with our policy does it."""

import pytest
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from bench.authorisation_server import AuthorisationServer
from bench.processes import free_port, installation
from okienko.front.demo.shop import DOMAIN, PASSWORD
from tests.journeys.conftest import Product, sign_in

pytestmark = pytest.mark.journey

SHOP = f"biuro@{DOMAIN}"
# Its servers are on this machine, and nobody listens there: the trial that follows disturbs nobody.
BEGINNING = f"""
from okienko.accounts.operations import add_agent
from okienko.events.log import Actor
from okienko.inboxes import operations
add_agent(email="celina@{DOMAIN}", name="Celina", password="{PASSWORD}", role="owner")
operations.set_up(
    brand=operations.add_brand(name="Biuro"), name="Biuro", address="{SHOP}", secrets={{}}, actor=Actor.system(),
    config={{"imap_host": "127.0.0.1", "imap_port": 9, "host": "127.0.0.1", "port": 9, "oauth": "google",
            "auth": "oauth"}},
)
"""


@pytest.fixture(scope="module")
def way():
    """(port of our pages, the provider that sends people back there)"""
    port = free_port()
    back = f"http://127.0.0.1:{port}/settings/mailboxes/oauth/callback/"
    with AuthorisationServer(redirect_uri=back, asks=True) as provider:
        yield port, provider


@pytest.fixture(scope="module")
def product(way, tmp_path_factory):
    """An installation of its own, registered with Google."""
    port, provider = way
    home = tmp_path_factory.mktemp("registered")
    installed = installation(
        home / "data",
        OKIENKO_STATIC=str(home / "static"),
        OKIENKO_GOOGLE_CLIENT_ID=provider.client_id,
        OKIENKO_GOOGLE_CLIENT_SECRET=provider.client_secret,
        OKIENKO_GOOGLE_URL=provider.url,
        OKIENKO_LOG_LEVEL="DEBUG",
    )
    installed.command("collectstatic", "--no-input", "--verbosity", "0")
    installed.command("shell", "--no-imports", "-c", BEGINNING)
    with installed.serving(port=port) as server:
        yield Product(installed, server, home)


@pytest.fixture
def provider(way, product):
    _port, provider = way
    provider.refreshes.clear()
    return provider


def asked(page):
    """Celina goes to the servers of the mailbox and on to the provider's page."""
    sign_in(page, "celina").goto("/settings/mailboxes/")
    page.get_by_role("link", name="Biuro").first.click()
    page.locator(".tabs__tab[href$='/servers/']").click()
    page.locator("form[action$='/begin/'] button").click()
    page.get_by_role("heading", name="Okienko wants to use your mailbox").wait_for()


def in_polish(text: str) -> str:
    with translation.override("pl"):
        return gettext(text)


def said(page, text: str):
    page.wait_for_url("**/settings/mailboxes/*/")
    expect(page.get_by_text(in_polish(text)).first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_there_and_back_with_permission(provider, product, window, picture, scripts):
    page = window(scripts=scripts)
    asked(page)
    assert page.url.startswith(provider.url)
    page.get_by_role("button", name="Allow").click()
    said(page, "Permission is given. The mailbox is being tried out now.")
    picture(page, "mailbox-permitted")
    (grant,) = provider.refreshes.values()
    assert grant.account == SHOP
    log = product.installed.log.read_text()
    secrets = [provider.client_secret, *provider.refreshes, *provider.accesses, "code="]
    assert [word for word in secrets if word in log] == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_new_mailbox_goes_there_first(provider, window, scripts):
    page = sign_in(window(scripts=scripts), "celina")
    page.goto("/settings/mailboxes/new/")
    page.locator("[name=address]").fill(f"sklep.{scripts}@gmail.com".lower())
    page.locator("[name=new_brand]").fill(f"Sklep {scripts}")
    page.locator("#main form button").click()
    page.locator("button[name=provider][value=google]").click()
    page.wait_for_url(f"{provider.url}/**")
    page.get_by_role("button", name="Cancel").click()  # nobody is to knock at the real Gmail
    page.wait_for_url("**/settings/mailboxes/*/")


def test_there_and_back_without(provider, window):
    page = window()
    asked(page)
    page.get_by_role("button", name="Cancel").click()
    reason = (
        "Permission was not given: on the page of %(label)s somebody chose “cancel”. Connect the mailbox again and"
        " allow reading and sending mail."
    )
    page.wait_for_url("**/settings/mailboxes/*/")
    expect(page.get_by_text(in_polish(reason) % {"label": "Google"}).first).to_be_visible()
    assert provider.refreshes == {}


def test_thinking_better_of_it(provider, window):
    """Back leads to where the button is, not on to the provider once more."""
    page = window()
    asked(page)
    page.go_back()
    page.wait_for_url("**/servers/")
    page.locator("form[action$='/begin/'] button").wait_for()
