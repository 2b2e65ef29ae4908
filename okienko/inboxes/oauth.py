"""Signing in to mailboxes of Google and Microsoft: permission asked of a person, tokens for it, their renewal.

The protocol alone: no database and no request. Tokens, codes and secrets are in no message and in no log.
"""

import json
import math
import re
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.common.security import is_secure_transport
from authlib.oauth2.client import OAuth2Client
from django.conf import settings

from okienko.inboxes import oauth_reasons
from okienko.inboxes.oauth_reasons import Case, ConsentError
from okienko.lib.http import refuse_inside_transaction

PATIENCE_SECONDS = 15
MOST_BYTES = 64 * 1024
AN_HOUR = 3600  # what both providers give, should they not say
LONGEST_SECONDS = 30 * 24 * 3600
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")  # it goes into a line of IMAP, after a control character
_BUSY = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Provider:
    """Whom to ask. `scope`: what is asked for; `must_grant`: without which of it a token is of no use."""

    name: str
    label: str
    authorize_url: str
    token_url: str
    scope: str
    client_id: str
    client_secret: str = field(repr=False)
    extra: tuple[tuple[str, str], ...] = ()  # further parameters of the page that asks
    must_grant: str = ""
    admin_url: str = ""

    def case(self, redirect_uri: str = "") -> Case:
        host = urlsplit(self.token_url).netloc
        return Case(self.name, self.label, host, self.admin_url, redirect_uri)


@dataclass(frozen=True)
class Tokens:
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime


def google(given: dict) -> Provider:
    scope = "https://mail.google.com/"
    return Provider(
        name="google",
        label="Google",
        authorize_url=f"{given['url'] or 'https://accounts.google.com'}/o/oauth2/v2/auth",
        token_url=f"{given['url'] or 'https://oauth2.googleapis.com'}/token",
        scope=scope,
        client_id=given["client_id"],
        client_secret=given["client_secret"],
        # Only with both does Google give a refresh token every time.
        extra=(("access_type", "offline"), ("prompt", "consent")),
        must_grant=scope,
    )


def microsoft(given: dict) -> Provider:
    base = f"{given['url']}/{given['tenant']}"
    # "common" is for people; an administrator allows something for an organisation.
    organisation = "organizations" if given["tenant"] in {"common", "consumers"} else given["tenant"]
    return Provider(
        name="microsoft",
        label="Microsoft",
        authorize_url=f"{base}/oauth2/v2.0/authorize",
        token_url=f"{base}/oauth2/v2.0/token",
        scope=(
            "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"
        ),
        client_id=given["client_id"],
        client_secret=given["client_secret"],
        extra=(("prompt", "select_account"),),
        admin_url=f"{given['url']}/{organisation}/adminconsent?{urlencode({'client_id': given['client_id']})}",
    )


_KNOWN = {"google": google, "microsoft": microsoft}


def provider(name: str) -> Provider:
    """As this installation is registered there. KeyError: no such provider."""
    return _KNOWN[name](settings.OAUTH[name])


def offered() -> list[Provider]:
    """Those this installation is registered with."""
    return [one for one in map(provider, _KNOWN) if one.client_id]


def begin(provider: Provider, *, redirect_uri: str, login_hint: str) -> tuple[str, str, str]:
    """(address of the page that asks the person, state that must come back, verifier for `exchange`).

    ConsentError when nobody could come back to `redirect_uri`.
    """
    if not is_secure_transport(redirect_uri):
        raise oauth_reasons.unsafe_return(redirect_uri, provider.label)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    url, _ = _client(provider, redirect_uri).create_authorization_url(
        provider.authorize_url,
        state=state,
        code_verifier=verifier,
        login_hint=login_hint or None,
        **dict(provider.extra),
    )
    return url, state, verifier


def exchange(provider: Provider, *, code: str, verifier: str, redirect_uri: str) -> Tokens:
    """The tokens for what the person allowed. ConsentError."""
    client = _client(provider, redirect_uri)
    given = client.fetch_token(provider.token_url, code=code, code_verifier=verifier)
    if not given.get("refresh_token"):
        raise oauth_reasons.no_lasting_permission(provider.case(redirect_uri))
    return _tokens(given)


def refresh(provider: Provider, refresh_token: str) -> Tokens:
    """New tokens; the refresh token is the old one where the provider gives none. ConsentError."""
    if not refresh_token:
        raise oauth_reasons.refused(provider.case(), {"error": "invalid_grant"})
    return _tokens(_client(provider, "").refresh_token(provider.token_url, refresh_token=refresh_token))


def refusal(provider: Provider, answer, *, redirect_uri: str) -> ConsentError:
    """Why a person came back without permission. `answer`: the parameters of the address they came to."""
    return oauth_reasons.refused(provider.case(redirect_uri), answer)


def _client(provider: Provider, redirect_uri: str) -> OAuth2Client:
    return OAuth2Client(
        _Line(provider, provider.case(redirect_uri)),
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        token_endpoint_auth_method="client_secret_post" if provider.client_secret else "none",
        scope=provider.scope,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )


def _tokens(given: dict) -> Tokens:
    expires_at = datetime.now(UTC) + timedelta(seconds=given["expires_in"])
    return Tokens(given["access_token"], given["refresh_token"], expires_at)


@dataclass(frozen=True)
class _Answer:
    """As much of a response as Authlib looks at, when all is well with it."""

    payload: dict = field(repr=False)
    status_code: int = 200

    def json(self) -> dict:
        return dict(self.payload)


@dataclass(frozen=True)
class _Line:
    """Through which Authlib posts: bounded in time and size, no redirects. What is wrong is a ConsentError."""

    provider: Provider
    case: Case

    def post(self, url: str, *, data: dict, headers: dict, auth) -> _Answer:
        if not is_secure_transport(url):
            raise oauth_reasons.unsafe_address(self.case)
        url, headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        try:
            status, raw = _posted(url, headers, body)
        except httpx.TimeoutException as error:
            raise oauth_reasons.silent(self.case) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise oauth_reasons.unreachable(self.case) from error
        if status in _BUSY or status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise oauth_reasons.out_of_order(self.case)
        return _Answer(self._checked(status, _read(raw)))

    def _checked(self, status: int, answer: dict) -> dict:
        if answer.get("error"):
            raise oauth_reasons.refused(self.case, answer)
        lasts = _seconds(answer.get("expires_in", AN_HOUR))
        token_type = answer.get("token_type")
        is_bearer = isinstance(token_type, str) and token_type.lower() == "bearer"
        if status != httpx.codes.OK or not is_bearer or not lasts or not _are_tokens(answer):
            raise oauth_reasons.strange_answer(self.case)
        if not self._is_granted(answer.get("scope")):
            raise oauth_reasons.mail_not_allowed(self.case)
        return {name: answer[name] for name in ("access_token", "refresh_token") if answer.get(name)} | {
            "token_type": "Bearer",
            "expires_in": lasts,
        }

    def _is_granted(self, scope) -> bool:
        """The answer names a scope when it is not what was asked for, or always."""
        wanted = self.provider.must_grant
        return not wanted or not isinstance(scope, str) or not scope or wanted in scope.split()


def _posted(url: str, headers: dict, body: str) -> tuple[int, bytes]:
    """Status and body; of a body that is too long its beginning, which nobody can read."""
    refuse_inside_transaction()
    headers = headers | {"Accept-Encoding": "identity"}  # what is unpacked could be any size
    deadline = time.monotonic() + PATIENCE_SECONDS
    raw = b""
    with (
        httpx.Client(timeout=PATIENCE_SECONDS, follow_redirects=False) as line,
        line.stream("POST", url, headers=headers, content=body.encode()) as answer,
    ):
        for piece in answer.iter_raw():
            raw += piece
            if time.monotonic() > deadline:
                raise httpx.ReadTimeout("the answer drips")
            if len(raw) > MOST_BYTES:
                return answer.status_code, b""
        return answer.status_code, raw


def _read(raw: bytes) -> dict:
    """The JSON object of an answer; empty when it is none."""
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _are_tokens(answer: dict) -> bool:
    given = [answer.get("access_token"), answer.get("refresh_token") or "none"]
    return all(isinstance(token, str) and _TOKEN.fullmatch(token) for token in given)


def _seconds(given) -> int:
    """How long a token lasts: some servers write the number as text. 0 when it says nothing sensible."""
    try:
        number = float(given)
    except (TypeError, ValueError):
        return 0
    return int(min(number, LONGEST_SECONDS)) if math.isfinite(number) and number >= 1 else 0
