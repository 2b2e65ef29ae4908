"""A small server that does what Google's and Microsoft's do when somebody signs in to a mailbox.

with AuthorisationServer(redirect_uri=…) as server:     # http://127.0.0.1:PORT
    server.url                          # for OKIENKO_GOOGLE_URL and OKIENKO_MICROSOFT_URL
    server.introspection_url            # for Dovecot: RFC 7662
    server.asks = True                  # a page with two buttons instead of "yes" at once
    server.redirects.append({"error": "access_denied"})         # how the next person is sent back
    server.answers.append(Scripted(500, b"oops"))               # what the token endpoint says next
    server.revoke(refresh_token)        # consent withdrawn: access tokens of it end too
"""

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit


@dataclass
class Grant:
    """One "yes" of one person."""

    account: str
    scope: str
    redirect_uri: str
    challenge: str
    is_revoked: bool = False


@dataclass(frozen=True)
class Scripted:
    """An answer of the token endpoint, after `pause` seconds; `drip`: a byte each that many seconds."""

    status: int
    body: bytes | dict
    pause: float = 0
    drip: float = 0
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """error, as RFC 6749 names it, and the status that goes with it."""

    def __init__(self, error: str, description: str, status: int = 400):
        super().__init__(error)
        self.answer = {"error": error, "error_description": description}
        self.status = status


@dataclass
class AuthorisationServer:
    redirect_uri: str = "http://localhost:8000/settings/mailboxes/oauth/callback/"
    client_id: str = "okienko"
    client_secret: str = "a secret of the test"
    account: str = "sklep@ziarno.test"  # who signs in when the address names nobody
    lasts: int = 3600  # seconds of an access token
    rotates: bool = False  # a refresh token serves once
    forgets_refresh: bool = False  # gives none, as Google does the second time
    asks: bool = False
    redirects: deque[dict] = field(default_factory=deque)
    answers: deque[Scripted] = field(default_factory=deque)
    asked: list[dict] = field(default_factory=list)  # what the token endpoint was sent
    codes: dict[str, Grant] = field(default_factory=dict)
    refreshes: dict[str, Grant] = field(default_factory=dict)
    accesses: dict[str, tuple[Grant, float]] = field(default_factory=dict)  # and when it ends, time.time()

    def handler(self) -> type[BaseHTTPRequestHandler]:
        return Handler

    def __enter__(self) -> Self:
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self._http.daemon_threads = True
        self._http.house = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def introspection_url(self) -> str:
        return f"{self.url}/introspect"

    def revoke(self, refresh_token: str):
        self.refreshes[refresh_token].is_revoked = True

    def expire(self):
        """Every access token ends now."""
        self.accesses = {token: (grant, 0.0) for token, (grant, _) in self.accesses.items()}

    def way_back(self, wanted: dict[str, str], *, allowed: bool) -> str:
        """Where the person is sent. Refused when they must not be sent anywhere."""
        if wanted.get("client_id") != self.client_id:
            raise Refused("invalid_client", "unknown client", 401)
        if wanted.get("redirect_uri") != self.redirect_uri:
            raise Refused("redirect_uri_mismatch", "not registered")
        if self.redirects:
            back = self.redirects.popleft()
        elif not allowed:
            back = {"error": "access_denied"}
        else:
            back = {"code": self._code(wanted)}
        return f"{self.redirect_uri}?{urlencode({'state': wanted.get('state', '')} | back)}"

    def _code(self, wanted: dict[str, str]) -> str:
        if wanted.get("response_type") != "code" or wanted.get("code_challenge_method") != "S256":
            raise Refused("invalid_request", "only codes with a S256 challenge")
        code = f"4/{secrets.token_urlsafe(24)}+ą&="  # nothing about it may be taken for granted
        account = wanted.get("login_hint") or self.account
        self.codes[code] = Grant(
            account, wanted.get("scope", ""), wanted["redirect_uri"], wanted["code_challenge"]
        )
        return code

    def token(self, form: dict[str, str]) -> dict:
        if form.get("client_id") != self.client_id or form.get("client_secret") != self.client_secret:
            raise Refused("invalid_client", "AADSTS7000215: Invalid client secret provided.", 401)
        match form.get("grant_type"):
            case "authorization_code":
                return self._given(self._grant_of_code(form), fresh=True)
            case "refresh_token":
                return self._given(self._grant_of_refresh(form.get("refresh_token", "")), fresh=self.rotates)
        raise Refused("unsupported_grant_type", "code or refresh token")

    def _grant_of_code(self, form: dict[str, str]) -> Grant:
        grant = self.codes.pop(form.get("code", ""), None)
        if grant is None:
            raise Refused("invalid_grant", "Bad code, or used before")
        if form.get("redirect_uri") != grant.redirect_uri:
            raise Refused("redirect_uri_mismatch", "another one than before")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != grant.challenge:
            raise Refused("invalid_grant", "the verifier does not fit")
        return grant

    def _grant_of_refresh(self, token: str) -> Grant:
        grant = self.refreshes.pop(token, None) if self.rotates else self.refreshes.get(token)
        if grant is None or grant.is_revoked:
            raise Refused("invalid_grant", "Token has been expired or revoked.")
        return grant

    def _given(self, grant: Grant, *, fresh: bool) -> dict:
        answer = {
            "access_token": f"ya29.{secrets.token_urlsafe(32)}",
            "token_type": "Bearer",
            "expires_in": self.lasts,
            "scope": grant.scope,
        }
        self.accesses[answer["access_token"]] = (grant, time.time() + self.lasts)
        if fresh and not self.forgets_refresh:
            answer["refresh_token"] = f"1//{secrets.token_urlsafe(32)}"
            self.refreshes[answer["refresh_token"]] = grant
        return answer

    def introspected(self, token: str) -> dict:
        grant, ends = self.accesses.get(token, (None, 0.0))
        if grant is None or grant.is_revoked or ends <= time.time():
            return {"active": False}
        return {
            "active": True,
            "username": grant.account,
            "email": grant.account,
            "scope": grant.scope,
            "exp": int(ends),
        }


_PAGE = """<!doctype html><meta charset="utf-8"><title>Consent</title><h1>Okienko wants to use your mailbox</h1>
<form method="post"><input type="hidden" name="wanted" value="{wanted}">
<button name="allowed" value="1">Allow</button> <button name="allowed" value="">Cancel</button></form>"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    @property
    def house(self) -> AuthorisationServer:
        return self.server.house  # type: ignore[attr-defined]

    def do_GET(self):
        path, query = urlsplit(self.path).path, urlsplit(self.path).query
        if not path.endswith(("/auth", "/authorize")):
            self.answer(404, {"error": "not found"})
        elif self.house.asks:
            self.answer(200, _PAGE.format(wanted=html.escape(query)).encode())
        else:
            self.send_back(query, allowed=True)

    def do_POST(self):
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        path = urlsplit(self.path).path
        if path.endswith(("/auth", "/authorize")):
            self.send_back(form["wanted"], allowed=bool(form.get("allowed")))
        elif path.endswith("/token"):
            self.token(form)
        elif path == "/introspect":
            self.answer(200, self.house.introspected(form.get("token", "")))
        else:
            self.answer(404, {"error": "not found"})

    def send_back(self, query: str, *, allowed: bool):
        try:
            back = self.house.way_back(dict(parse_qsl(query)), allowed=allowed)
        except Refused as error:
            self.answer(error.status, error.answer)
        else:
            self.answer(302, b"", Location=back)

    def token(self, form: dict[str, str]):
        self.house.asked.append(form)
        if self.house.answers:
            self.play(self.house.answers.popleft())
            return
        try:
            self.answer(200, self.house.token(form))
        except Refused as error:
            self.answer(error.status, error.answer)

    def play(self, scripted: Scripted):
        time.sleep(scripted.pause)
        try:
            self.answer(scripted.status, scripted.body, drip=scripted.drip, **scripted.headers)
        except OSError:  # whoever asked has lost patience, as the test wanted
            self.close_connection = True

    def answer(self, status: int, body: bytes | dict, *, drip: float = 0, **headers: str):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = "application/json" if isinstance(body, dict) else "text/html; charset=utf-8"
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(raw)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in [raw[at : at + 1] for at in range(len(raw))] if drip else [raw]:
            self.wfile.write(piece)
            time.sleep(drip)

    def log_message(self, *_words):
        """Tests listen to what they asked for."""
