"""Every page, light and dark, wide and narrow: no fault that axe can find, and nothing to scroll sideways."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import sign_in

pytestmark = pytest.mark.journey

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})).violations"
SIZES = {"1440": (1440, 900), "1024": (1024, 768), "390": (390, 844), "320": (320, 640)}
LOOKS = [(size, scheme) for size in SIZES for scheme in ("light", "dark")]


def complaints(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate(RUN)
    faults = [
        f"{each['id']}: {node['html'][:200]} – {node['failureSummary'][:300]}"
        for each in found
        for node in each["nodes"]
    ]
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return faults + ([f"{too_wide} px too wide"] if too_wide > 0 else [])


def settled(page: Page):
    page.wait_for_load_state("networkidle") if page.url.endswith("/sign-in/") else page.wait_for_timeout(400)


@pytest.fixture(scope="module", autouse=True)
def has_axe():
    if not AXE.exists():
        pytest.skip("axe-core is not installed")


def look(page: Page, picture, name: str) -> list[str]:
    settled(page)
    picture(page, name)
    return complaints(page)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_before_signing_in(window, picture, size, scheme):
    page = window(width=SIZES[size][0], height=SIZES[size][1], scheme=scheme)
    page.goto("/account/sign-in/")
    assert look(page, picture, f"sign-in-{size}-{scheme}") == []
    page.get_by_label("E-mail").fill("nikt@ziarno-i-glina.example")
    page.get_by_label("Hasło").fill("nie to hasło")
    page.get_by_role("button", name="Zaloguj się").click()
    page.get_by_role("alert").wait_for()
    assert look(page, picture, f"sign-in-wrong-{size}-{scheme}") == []


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_desk(window, picture, size, scheme):
    page = sign_in(window(width=SIZES[size][0], height=SIZES[size][1], scheme=scheme), "celina")
    found = {"list": look(page, picture, f"list-{size}-{scheme}")}
    page.get_by_role("link", name="Pęknięte filiżanki").click()
    page.locator("#messages").get_by_text("A te pęknięte mam odesłać?").wait_for()
    found["conversation"] = look(page, picture, f"conversation-{size}-{scheme}")
    if page.get_by_role("button", name="Klient").is_visible():
        page.get_by_role("button", name="Klient").click()
        found["customer"] = look(page, picture, f"customer-{size}-{scheme}")
        page.get_by_role("button", name="Zamknij").click()
    page.get_by_text("Notatka", exact=True).click()
    found["note"] = look(page, picture, f"note-{size}-{scheme}")
    for name, address in {
        "failed": "/conversations/?q=Brna",
        "nothing-found": "/conversations/?q=nosorożec",
        "account": "/account/",
        "status": "/status/",
        "missing": "/conversations/99999/",
    }.items():
        page.goto(address)
        found[name] = look(page, picture, f"{name}-{size}-{scheme}")
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_letter_in_its_own_layout(window, picture):
    page = sign_in(window(), "anna")
    page.get_by_role("link", name="Prośba o fakturę").click()
    page.get_by_text("Pokaż w oryginalnym układzie").click()
    frame = page.frame_locator("iframe.mail-frame")
    frame.get_by_role("heading", name="Wydawnictwo Kubek").wait_for()
    page.wait_for_timeout(300)
    picture(page, "letter-1440-light")
    frame_height, letter_height = page.evaluate(
        "() => {const f = document.querySelector('iframe.mail-frame');"
        "return [f.clientHeight, Math.ceil(f.contentDocument.documentElement.getBoundingClientRect().height)]}"
    )
    assert frame_height == letter_height
    assert frame.locator("img").get_attribute("src") is None


def test_twice_as_large_letters(window, picture):
    page = sign_in(window(width=390, height=844), "anna")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert look(page, picture, "list-200-percent") == []
