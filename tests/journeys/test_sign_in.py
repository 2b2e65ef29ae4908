"""The entrance as people meet it: the first page, passkeys, apps, codes, links and invitations by mail."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from bench.processes import free_port, installation
from okienko.front.demo.mailsink import controller
from okienko.front.demo.shop import DOMAIN, PASSWORD
from tests.faults.mail import until
from tests.journeys.conftest import Product
from tests.journeys.test_looks import complaints

pytestmark = pytest.mark.journey
NEW = "nowy-porządny-kubek"
NARROW = {"width": 320, "height": 640}
INVITE = """
from okienko.accounts.entrance import letters
from okienko.accounts.models import Agent
from okienko.accounts.operations import inviting
celina = Agent.objects.get(email="celina@{domain}")
letters.invite(*inviting.invite(by=celina, email="{email}"), language="pl")
"""


def in_polish(text: str) -> str:
    with translation.override("pl"):
        return gettext(text)


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    """A demonstration shop of these journeys' own: they change how its people sign in."""
    home, port = tmp_path_factory.mktemp("entrance"), free_port()
    sink = controller(home / "mailbox", port)
    sink.start()
    installed = installation(
        home / "data", OKIENKO_STATIC=str(home / "static"), OKIENKO_DEMO_SMTP_PORT=str(port)
    )
    installed.command("collectstatic", "--no-input", "--verbosity", "0")
    installed.command("demo")
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


def test_an_app_its_codes_and_the_codes_for_the_day_it_is_lost(window, picture):
    page = window()
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


@pytest.mark.parametrize("scripts", [True, False])
def test_an_invitation_from_the_letter_to_the_desk(product, window, picture, scripts):
    email = f"nowa.{scripts}@ziarno.example".lower()
    product.installed.command("shell", "--no-imports", "-c", INVITE.format(domain=DOMAIN, email=email))
    path = letter_to(product, email, r"http://\S+?(/account/invitation/\S+)")
    page = window(scripts=scripts)
    page.goto(path)
    if scripts:
        looked_at(page, picture, "invitation")
    page.locator("[name=name]").fill("Nowa Osoba")
    page.locator("[name=password]").fill(NEW)
    button(page, "Begin").click()
    page.wait_for_url("**/conversations/")
    again = window()
    again.goto(path)
    expect(again.get_by_role("heading", level=1)).to_have_text(in_polish("This link no longer works"))


def test_an_office_that_requires_a_second_factor(product, window, picture):
    owner, anna = window(), window()
    for page, who in ((owner, "celina"), (anna, "anna")):
        password_sent(page, who)
        page.wait_for_url("**/conversations/")
    owner.goto("/settings/sign-in/")
    looked_at(owner, picture, "settings-sign-in")
    owner.locator("[name=requires_second_factor]").check()
    button(owner, "Save").click()
    anna.goto("/conversations/")
    anna.wait_for_url("**/account/security/")
    looked_at(anna, picture, "held-back")
    link(anna, "Set up an app").click()
    confirmed(anna)
    anna.locator("summary").click()
    anna.locator("#code").fill(app_code(anna.locator(".entrance__secret").inner_text()))
    button(anna, "Check and set up").click()
    anna.wait_for_url("**/security/codes/")
    link(anna, "I have kept them").click()
    anna.wait_for_url("**/conversations/")


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


def test_the_first_page_of_a_fresh_installation(product, window, picture, tmp_path):
    static = product.installed.settings["OKIENKO_STATIC"]
    installed = installation(tmp_path / "fresh", OKIENKO_STATIC=static)
    with installed.serving() as server:
        page = window()
        page.goto(f"{server.url}/conversations/")
        page.wait_for_url("**/begin/")
        looked_at(page, picture, "begin")
        code = re.search(r"setup code: (\S+)", installed.log.read_text())[1]
        for name, text in {
            "code": "AAAAA-BBBBB", "shop": "Ziarno", "name": "Celina Wójcik",
            "email": "celina@ziarno.example", "password": NEW,
        }.items():  # fmt: skip
            page.locator(f"[name={name}]").fill(text)
        button(page, "Open the office").click()
        page.locator(".field__error").wait_for()
        looked_at(page, picture, "begin-wrong")
        page.locator("[name=code]").fill(code)
        page.locator("[name=password]").fill(NEW)
        button(page, "Open the office").click()
        page.wait_for_url("**/settings/mailboxes/new/")
        assert not (installed.data / "setup.code").exists()
        page.goto(f"{server.url}/begin/")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        assert page.goto(f"{server.url}/begin/").status == 404
