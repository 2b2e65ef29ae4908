"""Settings and mailboxes in a browser: found, connected step by step, watched; what stops is said on every page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Product, sign_in
from tests.journeys.test_looks import SIZES, has_axe, look  # noqa: F401 - has_axe is a fixture

pytestmark = pytest.mark.journey
LIST = "/settings/mailboxes/"
LOOKS = [(size, scheme) for size in ("1440", "320") for scheme in ("light", "dark")]

# A mailbox that nobody fetches from here (another machine holds it), with something in every part of its page.
FILL = """
from datetime import timedelta
from django.utils import timezone
from okienko.events.log import Actor
from okienko.inboxes import operations
from okienko.inboxes.models import Brand, Checkup, Folder, Import, Mailbox, Missed
from okienko.inboxes.trials import TITLES
now = timezone.now()
def made(name, **fields):
    mailbox = operations.set_up(
        brand=Brand.objects.get(), name=name, address=f"{name.lower()}@shop.example", actor=Actor.system(),
        config={"imap_host": "127.0.0.1", "imap_port": 1, "host": "127.0.0.1", "port": 1, "username": "x"},
        secrets={"password": "x"},
    )
    held = {"holder": "elsewhere:1:1:postman", "lease_until": now + timedelta(days=1)}
    Mailbox.objects.filter(pk=mailbox.pk).update(**held, **fields)
    return mailbox
def steps(**verdicts):
    return [{"name": n, "verdict": verdicts.get(n, "ok"), "words": "Tak ma być."} for n in TITLES]
runs = made("Reklamacje", is_connected=True, connected_at=now, fetched_at=now, reconciled_at=now, waiting=3)
inbox = Folder.objects.create(
    mailbox=runs, name="INBOX", purpose="inbox", validity="1", counted_at=now, on_server=1204, with_us=1203
)
Missed.objects.create(folder=inbox, validity="1", number=812, reason="Serwer odmówił.")
Import.objects.create(mailbox=runs, folder=inbox, validity="1", found=3412, taken=1290)
Import.objects.create(mailbox=runs, folder=inbox, state="finished", taken=7, finished_at=now)
Checkup.objects.create(inbox=runs.inbox, token="a", steps=steps(dkim="warning", arrive="failed"), finished_at=now)
ready = made("Zapytania")
Checkup.objects.create(inbox=ready.inbox, token="b", steps=steps(dmarc="warning", plus="skipped"), finished_at=now)
"""
STOP = """
from datetime import timedelta
from django.utils import timezone
from okienko.inboxes.models import Mailbox
from okienko.inboxes.operations import tell_what_has_stopped
since = timezone.now() - timedelta(minutes=12)
Mailbox.objects.filter(inbox__name="Reklamacje").update(
    fetched_at=since, failing_since=since, trouble="login", error="Serwer nie przyjął hasła."
)
tell_what_has_stopped()
"""
GO_ON = """
from okienko.inboxes.models import Mailbox
from okienko.inboxes.operations.watching import all_well
all_well(Mailbox.objects.select_related("inbox").get(inbox__name="Reklamacje"))
"""


def run(product: Product, program: str):
    """A small program inside the running installation."""
    product.installed.command("shell", "--verbosity", "0", "--command", program)


@pytest.fixture(scope="module", autouse=True)
def mailboxes(product):
    run(product, FILL)


def address_of(page: Page, name: str) -> str:
    page.goto(LIST)
    return page.get_by_role("link", name=re.compile(rf"^{name} ")).get_attribute("href")


def filled_in(page: Page, address: str, *, port: str = "1"):
    """Both steps of the form, with servers where nobody listens."""
    page.goto("/settings/")
    page.get_by_role("link", name="Skrzynki pocztowe").click()
    page.get_by_role("link", name="Podłącz skrzynkę").click()
    page.get_by_label("Adres", exact=True).fill(address)
    page.get_by_role("button", name="Dalej").click()
    page.get_by_role("heading", name=address).wait_for()
    page.get_by_text("Serwery (rozpoznane: WP Poczta)").click()
    for host, port_field in (("#id_imap_host", "#id_imap_port"), ("#id_host", "#id_port")):
        page.locator(host).fill("127.0.0.1")
        page.locator(port_field).fill(port)
    page.get_by_label("Hasło", exact=True).fill("tajne-hasło")
    page.get_by_role("button", name="Zapisz i sprawdź").click()
    page.wait_for_url(re.compile(r"/settings/mailboxes/\d+/$"))


@pytest.mark.parametrize("scripts", [True, False])
def test_a_mailbox_is_tried_out_before_one_s_eyes(window, scripts):
    page = sign_in(window(scripts=scripts), "celina")
    filled_in(page, f"sklep.{scripts}@wp.pl".lower())
    # Nobody loads the page again: the steps come by themselves, without scripts by the page's own word.
    failed = page.locator(".steps__item--failed").first
    expect(failed.locator(".steps__title")).to_contain_text("Bezpieczne połączenie do odbioru")
    expect(failed.locator(".steps__words")).not_to_be_empty()
    expect(page.locator(".steps__item--skipped").first).to_contain_text("Logowanie do odbioru")


def test_with_the_keyboard_alone(window):
    page = sign_in(window(), "celina")
    page.goto(f"{LIST}new/")
    expect(page.get_by_label("Adres", exact=True)).to_be_focused()
    page.keyboard.type("klawiatura@wp.pl")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="klawiatura@wp.pl").wait_for()
    expect(page.get_by_label("Hasło", exact=True)).to_be_focused()
    page.keyboard.type("tajne-hasło")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Serwery (rozpoznane: WP Poczta)")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#id_imap_host")).to_be_focused()


def test_settings_are_found_by_what_one_calls_them(window):
    page = sign_in(window(), "celina")
    page.get_by_role("link", name="Ustawienia").click()
    page.get_by_role("searchbox").fill("haslo")
    expect(page.locator(".entry__title")).to_have_text(["Twoje konto", "Skrzynki pocztowe", "Logowanie"])
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_role("searchbox").fill("nic takiego")
    expect(page.get_by_role("heading", name="Nic nie znaleziono")).to_be_visible()


def test_what_stops_is_said_on_every_page_and_goes_by_itself(product, window):
    celina, anna = sign_in(window(), "celina"), sign_in(window(), "anna")
    words = celina.get_by_text("Skrzynka „Reklamacje” nie odbiera od 12 min – Serwer nie przyjął hasła.")
    expect(celina.locator(".alert")).to_have_count(0)
    run(product, STOP)
    expect(words).to_be_visible()
    expect(anna.locator("ok-refresh[src='/alerts/']")).to_have_count(0)
    celina.get_by_role("link", name="Zobacz").click()
    expect(celina.get_by_role("heading", name="Reklamacje")).to_be_visible()
    expect(celina.locator("#mailbox-trouble")).to_contain_text("Wpisz ponownie nazwę użytkownika i hasło.")
    run(product, GO_ON)
    expect(celina.locator(".alert")).to_have_count(0)
    expect(celina.locator("#mailbox-trouble")).to_have_count(0)
    expect(celina.locator("#mailbox-chips")).to_contain_text("odbiera")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_looks(window, picture, size, scheme):
    page = sign_in(window(width=SIZES[size][0], height=SIZES[size][1], scheme=scheme), "celina")
    runs, ready = address_of(page, "Reklamacje"), address_of(page, "Zapytania")
    addresses = {
        "settings": "/settings/",
        "settings-none": "/settings/?q=nosorożec",
        "mailboxes": LIST,
        "mailbox-new": f"{LIST}new/",
        "mailbox": runs,
        "mailbox-ready": ready,
        "mailbox-local": address_of(page, "Sklep"),
        "mailbox-servers": f"{runs}servers/",
        "mailbox-addresses": f"{runs}addresses/",
        "mailbox-imports": f"{runs}imports/",
        "mailbox-disconnect": f"{runs}disconnection/",
        "status-mailboxes": "/status/",
    }
    found = {}
    for name, address in addresses.items():
        page.goto(address)
        found[name] = look(page, picture, f"{name}-{size}-{scheme}")
    page.goto(f"{runs}servers/")
    page.locator("#id_imap_host").fill("https://imap.example/")
    page.get_by_role("button", name="Zapisz i sprawdź").click()
    page.get_by_role("alert").wait_for()
    found["mailbox-servers-wrong"] = look(page, picture, f"mailbox-servers-wrong-{size}-{scheme}")
    assert {name: faults for name, faults in found.items() if faults} == {}
