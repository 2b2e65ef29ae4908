"""People, teams and roles, and what happens on a screen when something goes out of sight."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import letter, sign_in
from tests.journeys.test_looks import AXE, LOOKS, SIZES, look

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module", autouse=True)
def has_axe():
    if not AXE.exists():
        pytest.skip("axe-core is not installed")


def made(page: Page, kind: str, name: str, button: str) -> str:
    """The address of the team or role of this name, made when it is not there."""
    page.goto(f"/settings/{kind}/")
    if page.locator("#main a", has_text=name).count() == 0:
        page.goto(f"/settings/{kind}/new/{'?from=warehouse' if kind == 'roles' else ''}")
        page.get_by_label("Nazwa", exact=True).fill(name)
        if kind == "teams":
            page.get_by_label("Zamknięty").check()
        page.get_by_role("button", name=button).click()
        page.goto(f"/settings/{kind}/")
    return page.locator("#main a", has_text=name).first.get_attribute("href")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_pages(window, picture, size, scheme):
    page = sign_in(window(width=SIZES[size][0], height=SIZES[size][1], scheme=scheme), "celina")
    team, role = made(page, "teams", "Zarząd", "Załóż zespół"), made(page, "roles", "Hala", "Utwórz rolę")
    page.goto("/settings/people/")
    anna = page.get_by_role("link", name="Anna Nowicka").get_attribute("href")
    found = {}
    for name, address in {
        "people": "/settings/people/",
        "invite": "/settings/people/invite/",
        "person": anna,
        "leaving": f"{anna}leaving/",
        "teams": "/settings/teams/",
        "team-new": "/settings/teams/new/",
        "team": team,
        "team-deletion": f"{team}deletion/",
        "roles": "/settings/roles/",
        "role": role,
    }.items():
        page.goto(address)
        found[name] = look(page, picture, f"{name}-{size}-{scheme}")
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_role_by_keyboard_alone(window):
    page = sign_in(window(), "celina")
    page.goto("/settings/roles/new/?from=partner")
    page.get_by_label("Nazwa", exact=True).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Drukarnia")
    for _ in range(7):
        page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.value")
    page.keyboard.press("Space")
    page.get_by_label("Nazwa", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/roles/")
    assert focused == "files.see"
    expect(page.locator("a.entry", has_text="Drukarnia")).to_contain_text("Otwieranie załączników")


def test_what_goes_out_of_sight_leaves_the_screen_at_once(product, window, browser):
    product.write(
        letter(sender="ewa@klient.example", subject="Sprawa dla zarządu", text="Poufne."),
        sender="ewa@klient.example",
        to="sklep@ziarno-i-glina.example",
    )
    anna, reading = sign_in(window(), "anna"), sign_in(window(), "anna")
    row = anna.get_by_role("link", name="Sprawa dla zarządu")
    expect(row).to_be_visible()
    reading.get_by_role("link", name="Sprawa dla zarządu").click()
    expect(reading.locator("#messages")).to_contain_text("Poufne.")
    celina = sign_in(window(), "celina")
    made(celina, "teams", "Zarząd", "Załóż zespół")
    celina.goto("/conversations/")
    celina.get_by_role("link", name="Sprawa dla zarządu").click()
    celina.locator("#head-assignee").click()
    celina.get_by_role("menuitemradio", name="Zarząd").click()
    expect(row).to_have_count(0, timeout=6000)
    expect(reading.get_by_text("404")).to_be_visible(timeout=6000)
    expect(celina.get_by_role("link", name="Sprawa dla zarządu")).to_be_visible()
