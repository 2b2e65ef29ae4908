"""Signing in with a provider: a real OpenID server on this machine, and people it vouches for."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken

from bench.authorisation_server import Scripted
from bench.openid_server import OpenIdServer
from okienko.accounts.models import Agent
from okienko.accounts.operations import add_agent
from okienko.accounts.tests.people import PASSWORD, SECOND, SIGN_IN, app_code, is_in, with_app
from okienko.lib.providers import sign_in_providers
from okienko.ui.tests.pages import page

pytestmark = pytest.mark.django_db
WITH, FROM = "/account/sign-in/with/oidc/", "/account/sign-in/from/oidc/"
ANNA = "anna@ziarno.example"
NOT_REGISTERED = {
    "google": {"client_id": "", "client_secret": "", "url": ""},
    "microsoft": {"client_id": "", "client_secret": "", "url": "", "tenant": "common"},
}


@pytest.fixture
def provider(settings):
    with OpenIdServer(redirect_uri=f"http://testserver{FROM}", account=ANNA) as server:
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps(server.url, server)}}
        yield server


def apps(issuer: str, server) -> list[dict]:
    client = {"client_id": server.client_id, "client_secret": server.client_secret}
    return sign_in_providers({"name": "Sklep ID", "issuer": issuer} | client, NOT_REGISTERED, [])


@pytest.fixture
def anna():
    return add_agent(email=ANNA, name="Anna", password=PASSWORD)


def begun(client, **form) -> str:
    """The address of the provider to which our page leads."""
    shown = page(client.post(WITH, form))
    content = shown.one("meta", **{"http-equiv": "refresh"}).attributes["content"]
    return content.partition("url=")[2]


def came_back(client, address: str):
    back = httpx.get(address, trust_env=False).headers["Location"]
    return client.get(back.removeprefix("http://testserver"))


def refused(client, answer) -> str:
    assert (answer["Location"], is_in(client)) == (SIGN_IN, False)
    return page(client.get(SIGN_IN)).one(cls="notices").words


def test_the_agent_whose_address_is_asserted_is_let_in(provider, anna, client):
    answer = came_back(client, begun(client, next="/account/"))
    assert (answer["Location"], client.session["_auth_user_id"]) == ("/account/", str(anna.pk))
    kept = SocialAccount.objects.get()
    assert (kept.user_id, kept.provider, kept.extra_data, SocialToken.objects.count()) == (
        anna.pk,
        "oidc",
        {},
        0,
    )


def test_the_second_time_too_and_nothing_about_them_is_kept(provider, anna, client):
    for _ in range(2):
        client.post("/account/sign-out/")
        assert came_back(client, begun(client))["Location"] == "/conversations/"
    assert [kept.extra_data for kept in SocialAccount.objects.all()] == [{}]


def test_it_asks_by_code_with_a_challenge_and_a_state(provider, client):
    asked = parse_qs(urlsplit(begun(client)).query)
    assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
    assert (set(asked["scope"][0].split()), len(asked["state"][0]) >= 16) == (
        {"openid", "profile", "email"},
        True,
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "stranger@elsewhere.example"},
        {"email": ""},
    ],
)
def test_nobody_else_is_let_in_and_nobody_signs_up(provider, anna, client, claims):
    provider.claims = claims
    words = refused(client, came_back(client, begun(client)))
    assert words == "Nikt z pracujących tutaj tak się nie loguje. Poproś właściciela o zaproszenie."
    assert (Agent.objects.count(), SocialAccount.objects.count()) == (1, 0)


def test_who_has_left_is_not_let_in(provider, anna, client):
    came_back(client, begun(client))
    client.post("/account/sign-out/")
    anna.is_active = False
    anna.save()
    refused(client, came_back(client, begun(client)))


def test_a_second_factor_is_asked_for_all_the_same(provider, anna, client):
    secret = with_app(anna)
    assert came_back(client, begun(client))["Location"] == SECOND
    assert not is_in(client)
    client.post(SECOND, {"code": app_code(secret)})
    assert is_in(client)


def test_joining_an_account_to_somebody_else_is_refused(provider, anna, client):
    """`process=connect` would tie the provider's account to whoever is signed in here."""
    client.force_login(add_agent(email="bartek@ziarno.example", name="Bartek", password=PASSWORD))
    address = begun(client, process="connect")
    came_back(client, address)
    assert not SocialAccount.objects.filter(user__email="bartek@ziarno.example").exists()


def test_an_answer_that_was_not_asked_for_here_is_refused(provider, anna, client):
    address = begun(client)
    from django.test import Client

    stranger = Client()
    refused(stranger, came_back(stranger, address))


def test_an_answer_serves_once(provider, anna, client):
    back = httpx.get(begun(client), trust_env=False).headers["Location"].removeprefix("http://testserver")
    client.get(back)
    client.post("/account/sign-out/")
    refused(client, client.get(back))


def test_saying_no_there_leads_back(provider, client):
    provider.redirects.append({"error": "access_denied"})
    words = refused(client, came_back(client, begun(client)))
    assert words == "Logowanie przez Sklep ID się nie udało. Spróbuj ponownie."


@pytest.mark.parametrize(
    "body", [b"oops", {"error": "server_error"}, {"access_token": "x", "id_token": "no.jwt.this"}]
)
def test_a_provider_that_breaks_is_told_in_words(provider, client, body):
    address = begun(client)
    provider.answers.append(Scripted(200, body))
    words = refused(client, came_back(client, address))
    assert words.endswith(("Spróbuj ponownie.", "Spróbuj ponownie albo użyj hasła."))


def test_a_token_of_another_issuer_is_refused(provider, anna, client):
    provider.claims = {"iss": "https://evil.example"}
    refused(client, came_back(client, begun(client)))


def test_a_token_for_somebody_else_s_program_is_refused(provider, anna, client):
    provider.claims = {"aud": "another program"}
    refused(client, came_back(client, begun(client)))


def test_a_provider_that_does_not_answer(settings, provider, client):
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps("http://127.0.0.1:1", provider)}}
    answer = client.post(WITH)
    assert refused(client, answer).startswith("Dostawca logowania nie odpowiada.")


def test_a_provider_nobody_configured(provider, client):
    assert client.post("/account/sign-in/with/nobody/").status_code == 404
    assert client.get("/account/sign-in/from/nobody/?state=x&code=y").status_code == 404


def test_it_takes_a_form(provider, client):
    assert client.get(WITH).status_code == 405


def test_the_sign_in_page_offers_it(provider, client):
    assert [each.words for each in page(client.get(SIGN_IN)).every("form", action=WITH)] == [
        "Kontynuuj przez Sklep ID"
    ]


def test_registrations_of_mailboxes_serve_when_wanted():
    client = {"client_id": "id", "client_secret": "secret", "url": ""}
    microsoft = client | {"url": "https://login.example", "tenant": "common"}
    nobody = {"name": "", "issuer": "", "client_id": "", "client_secret": ""}

    def offered(wanted, **tenant) -> list[tuple]:
        apps = sign_in_providers(nobody, {"google": client, "microsoft": microsoft | tenant}, wanted)
        return [
            (app["provider_id"], app["settings"]["server_url"], app["settings"].get("verified_email"))
            for app in apps
        ]

    both = ["google", "microsoft"]
    assert offered([]) == []
    assert offered(both) == [("google", "https://accounts.google.com", None)]
    assert offered(both, tenant="of-the-shop") == [
        ("google", "https://accounts.google.com", None),
        ("microsoft", "https://login.example/of-the-shop/v2.0", True),
    ]
