"""Coming in for the first time: the first page of all, an invitation, an office that requires a second factor."""

import re

import pytest
from playwright.sync_api import expect

from bench.processes import installation
from okienko.front.demo.shop import DOMAIN
from tests.journeys import entrance
from tests.journeys.entrance import (
    NEW,
    app_code,
    button,
    confirmed,
    in_polish,
    letter_to,
    link,
    looked_at,
    password_sent,
)  # fmt: skip

pytestmark = pytest.mark.journey
INVITE = """
from okienko.accounts.entrance import letters
from okienko.accounts.models import Agent
from okienko.accounts.operations import inviting
celina = Agent.objects.get(email="celina@{domain}")
letters.invite(*inviting.invite(by=celina, email="{email}"), language="pl")
"""


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    with entrance.shop(tmp_path_factory.mktemp("entrance")) as opened:
        yield opened


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
