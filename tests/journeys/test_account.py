"""A person's own pages: looks that hold at once, a photo everybody sees, a browser signed out from another."""

import io
import time

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from okienko.front.demo.shop import DOMAIN, PASSWORD
from tests.journeys.conftest import sign_in
from tests.journeys.test_keyboard import tab_to
from tests.journeys.test_looks import AXE, LOOKS, SIZES, look

pytestmark = pytest.mark.journey

WITHIN = 60  # seconds until a browser that was signed out says so


def fresh(page: Page, who: str) -> Page:
    """Signed in by the form, in a session of its own."""
    page.goto("/account/sign-in/")
    page.get_by_label("E-mail").fill(f"{who}@{DOMAIN}")
    page.get_by_label("Hasło").fill(PASSWORD)
    page.get_by_role("button", name="Zaloguj się", exact=True).click()
    page.wait_for_url("**/conversations/")
    return page


def ground(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_looks_hold_at_once_and_everywhere(window):
    page = sign_in(window(scheme="light"), "bartek")
    light, row = ground(page), row_height(page)
    page.goto("/account/")
    page.get_by_label("Ciemny").check()
    page.get_by_label("Ciasna").check()
    page.get_by_role("button", name="Zapisz wygląd").click()
    page.get_by_text("Zapisano.").wait_for()
    assert ground(page) != light
    page.goto("/conversations/")
    assert (ground(page) != light, row_height(page) < row) == (True, True)
    elsewhere = sign_in(window(scheme="light"), "bartek")
    assert ground(elsewhere) == ground(page)
    page.goto("/account/")
    page.get_by_label("Jak na urządzeniu").check()
    page.get_by_label("Wygodna").check()
    page.get_by_role("button", name="Zapisz wygląd").click()
    page.get_by_text("Zapisano.").wait_for()
    assert ground(page) == light
    assert ground(sign_in(window(scheme="dark"), "bartek")) != light


def row_height(page: Page) -> float:
    return page.locator(".conversation-row").first.bounding_box()["height"]


def portrait() -> bytes:
    written = io.BytesIO()
    image = Image.linear_gradient("L").resize((600, 900)).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Zenit"
    image.save(written, "JPEG", exif=exif)
    return written.getvalue()


def test_a_photo_is_seen_by_colleagues(window, picture):
    page = sign_in(window(), "anna")
    page.goto("/account/")
    photo = {"name": "ja.jpg", "mimeType": "image/jpeg", "buffer": portrait()}
    page.get_by_label("Plik ze zdjęciem").set_input_files(photo)
    page.get_by_role("button", name="Zapisz zdjęcie").click()
    page.get_by_text("Zapisano.").wait_for()
    shown = page.locator(".rail .avatar img").first
    assert shown.evaluate("image => [image.complete, image.naturalWidth]") == [True, 256]
    kept = page.request.get(shown.get_attribute("src"))
    assert (kept.headers["content-type"], b"Zenit" in kept.body()) == ("image/webp", False)
    colleague = sign_in(window(), "bartek")
    colleague.goto("/conversations/?q=Brna")
    colleague.locator(".conversation-row").first.click()
    colleague.locator(".message--ours .avatar img").first.wait_for()
    picture(colleague, "own-photo-in-thread")
    page.get_by_role("button", name="Usuń zdjęcie").click()
    page.get_by_text("Zapisano.").wait_for()
    expect(page.locator(".rail .avatar img")).to_have_count(0)


def test_another_browser_is_signed_out_with_its_open_stream(window):
    here, there = fresh(window(), "anna"), fresh(window(width=390, height=844), "anna")
    there.wait_for_timeout(500)  # its stream is open
    here.goto("/account/devices/")
    # The one that signed in last stands first, after this one or before it.
    others = here.locator(".device", has=here.get_by_role("button", name="Wyloguj"))
    others.first.get_by_role("button").click()
    here.get_by_text("Tamta przeglądarka jest wylogowana.").wait_for()
    begin = time.monotonic()
    there.locator("[data-state=signed-out]").wait_for(state="visible", timeout=WITHIN * 1000)
    assert time.monotonic() - begin < WITHIN
    assert there.goto("/conversations/").url.startswith(f"{there.url.split('/account')[0]}/account/sign-in/")
    here.goto("/conversations/")
    expect(here.locator("#list")).to_be_visible()


def test_the_time_zone_tells_devices_apart(window):
    page = fresh(window(), "celina")
    page.goto("/account/devices/")
    page.goto("/account/devices/")
    expect(page.locator(".device", has_text="ta przeglądarka")).to_contain_text("Warszawa")
    expect(page.locator(".device", has_text="ta przeglądarka")).to_contain_text("Chrome, Linux")


def test_without_scripts(window):
    page = sign_in(window(scripts=False), "bartek")
    page.goto("/account/")
    page.get_by_label("Imię i nazwisko").fill("Bartek Zych-Nowy")
    page.get_by_role("button", name="Zapisz imię i nazwisko").click()
    expect(page.locator("h1")).to_have_text("Bartek Zych-Nowy")
    page.get_by_label("Imię i nazwisko").fill("Bartek Zych")
    page.get_by_role("button", name="Zapisz imię i nazwisko").click()
    expect(page.locator("h1")).to_have_text("Bartek Zych")
    page.get_by_role("link", name="Podpisy").click()
    page.get_by_label("Podpis").fill("Bartek\nZiarno i Glina")
    page.get_by_role("button", name="Zapisz podpis").click()
    expect(page.get_by_label("Podpis")).to_have_value("Bartek\nZiarno i Glina")
    page.get_by_label("Podpis").fill("")
    page.get_by_role("button", name="Zapisz podpis").click()


def test_a_token_with_the_keyboard_alone(window):
    page = sign_in(window(), "anna")
    page.goto("/account/tokens/")
    tab_to(page, "#id_name")
    page.keyboard.type("Magazyn")
    tab_to(page, "[name=scopes]")
    page.keyboard.press("Space")
    tab_to(page, "#main button.button--primary")
    page.keyboard.press("Enter")
    page.locator(".secret").wait_for()
    assert page.locator(".secret").inner_text().startswith("okn_")
    tab_to(page, ".device button")
    page.keyboard.press("Enter")
    page.get_by_text("Token „Magazyn” niczego już nie otwiera.").wait_for()


def test_the_audit_log_is_searched_and_saved(window):
    page = sign_in(window(), "celina")
    page.goto("/settings/")
    page.get_by_role("link", name="Dziennik zmian").click()
    page.get_by_label("Czego dotyczy").fill("#10001")
    page.get_by_role("button", name="Pokaż", exact=True).click()
    expect(page.locator(".log__item").first).to_contain_text("#10001")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Zapisz jako CSV").click()
    assert saved.value.path().read_text("utf-8-sig").splitlines()[0] == "Numer;Czas;Kto;Rodzaj;Co;Szczegóły"


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_every_page(window, picture, size, scheme):
    if not AXE.exists():
        pytest.skip("axe-core is not installed")
    page = sign_in(window(width=SIZES[size][0], height=SIZES[size][1], scheme=scheme), "celina")
    found = {}
    for name, address in {
        "account": "/account/",
        "signatures": "/account/signatures/",
        "devices": "/account/devices/",
        "tokens": "/account/tokens/",
        "audit": "/settings/audit/",
        "audit-wrong": "/settings/audit/?about=nosorożec",
        "audit-nothing": "/settings/audit/?until=2001-01-01",
        "settings": "/settings/",
    }.items():
        page.goto(address)
        found[name] = look(page, picture, f"own-{name}-{size}-{scheme}")
    page.goto("/account/tokens/")
    page.get_by_label("Nazwa").fill("Magazyn")
    page.locator("[name=scopes]").first.check()
    page.get_by_role("button", name="Utwórz token").click()
    page.locator(".secret").wait_for()
    found["secret"] = look(page, picture, f"own-secret-{size}-{scheme}")
    page.goto("/account/")
    wrong = {"name": "ja.jpg", "mimeType": "image/jpeg", "buffer": b"nie jestem obrazem"}
    page.get_by_label("Plik ze zdjęciem").set_input_files(wrong)
    page.get_by_role("button", name="Zapisz zdjęcie").click()
    page.locator(".field__error").wait_for()
    found["refused"] = look(page, picture, f"own-refused-{size}-{scheme}")
    assert {name: faults for name, faults in found.items() if faults} == {}
