"""For tests: an authorisation server on this machine, and a browser that says yes or no there."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

import httpx
from django.utils import translation

from bench.authorisation_server import AuthorisationServer
from okienko.inboxes import oauth

BACK = "http://localhost:8000/settings/mailboxes/oauth/callback/"
SHOP = "sklep@ziarno.example"


@contextmanager
def authorisation(settings, monkeypatch) -> Iterator[AuthorisationServer]:
    """The server; this installation is registered with it under both names, and its words are English."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with AuthorisationServer(redirect_uri=BACK) as server, translation.override("en"):
        settings.OAUTH = registered(server)
        yield server


def registered(server: AuthorisationServer) -> dict:
    """settings.OAUTH of an installation that both providers know; both are this server."""
    known = {"client_id": server.client_id, "client_secret": server.client_secret, "url": server.url}
    return {"google": known, "microsoft": known | {"tenant": "common"}}


def sent_back(url: str) -> dict[str, str]:
    """What the browser brings back from the provider's page, where everything is allowed at once."""
    answer = httpx.get(url, trust_env=False)
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def signed_in(name: str, address: str = SHOP) -> oauth.Tokens:
    """The whole way of a permission, from the page that asks to the tokens."""
    provider = oauth.provider(name)
    url, state, verifier = oauth.begin(provider, redirect_uri=BACK, login_hint=address)
    back = sent_back(url)
    assert back["state"] == state
    return oauth.exchange(provider, code=back["code"], verifier=verifier, redirect_uri=BACK)
