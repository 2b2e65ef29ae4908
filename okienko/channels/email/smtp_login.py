"""Signing in at the server that sends for us: with a password, or with the token of Google or Microsoft."""

import base64
import binascii
import hmac
import json
from collections.abc import Callable

from django.utils.translation import gettext as _

from okienko.channels.email import line_errors
from okienko.channels.email.smtp_answers import said, throttled
from okienko.channels.email.smtp_line import Line
from okienko.channels.email.smtp_route import Route
from okienko.inboxes.channel import ServerTrouble
from okienko.inboxes.source import Trouble
from okienko.lib.text import cut, one_line

WELCOME, ALREADY_IN, GO_ON = 235, 503, 334
UNKNOWN_WAY = frozenset({500, 501, 502, 504})  # this mechanism is not known, another may be
NO = 500  # RFC 5321: 4yz may be tried again, from here on it is final
MAX_DETAIL = 40


def logged_in(line: Line, route: Route):
    """Sign in where the route has a user name. ServerTrouble, and the line closed, where that is not possible."""
    if not route.username:
        return
    line.allow(route.timeout)
    try:
        _sign_in(line, route)
    except ServerTrouble:
        line.leave()
        raise
    except OSError as error:
        line.close()
        raise ServerTrouble(*line_errors.explained(error, route.host, route.port)) from None


def advice(answer: str) -> str:
    """What the person can do about a login that these words refused; "" where the words speak for themselves."""
    text = answer.lower()
    for signs, sentence in (
        (
            ("smtpclientauthentication is disabled", "smtp_auth_disabled"),
            _("An administrator of Microsoft 365 must allow “Authenticated SMTP” for this mailbox."),
        ),
        (
            ("basic authentication is disabled", "5.7.57"),
            _("Microsoft takes no passwords here any more: sign in with Microsoft instead."),
        ),
        (
            ("5.7.9", "application-specific", "app password", "gsmtp", "support.google.com"),
            _(
                "Google takes an app password here (from the settings of the Google account), not the usual one."
            ),
        ),
        (
            ("5.7.8", "535"),
            _("Are the user name (often the whole address) and the password right?")
            + " "
            + _("Some providers want a separate password for programs."),
        ),
    ):
        if any(sign in text for sign in signs):
            return sentence
    return ""


def _sign_in(line: Line, route: Route):
    if not line.is_private:
        raise ServerTrouble(
            Trouble.CERTIFICATE,
            _("The password was not sent to %s, because it would travel unencrypted. Choose STARTTLS or TLS.")
            % route.place,
        )
    offered = line.esmtp_features.get("auth", "").upper().split()
    if route.auth == "oauth":
        return _by_token(line, route, offered)
    for name, way in WAYS.items():
        if name not in offered:
            continue
        code, words, _challenge = _conversed(line, name, way(route))
        if code in {WELCOME, ALREADY_IN}:
            return None
        if code not in UNKNOWN_WAY:
            raise _refused(code, words)
    raise ServerTrouble(Trouble.LOGIN, _("The mail server offers no login with a password on this port."))


def _by_token(line: Line, route: Route, offered: list[str]):
    if "XOAUTH2" not in offered:
        raise ServerTrouble(
            Trouble.LOGIN, _("The mail server offers no signing in with the provider on this port.")
        )
    token = f"user={route.username}\1auth=Bearer {route.secret}\1\1".encode()
    code, words, challenge = _conversed(line, "XOAUTH2", [lambda _challenge: token, lambda _challenge: b""])
    if code in {WELCOME, ALREADY_IN}:
        return
    raise _token_refused(code, words, _detail(challenge))


Turn = Callable[[bytes], bytes]


def _conversed(line: Line, name: str, turns: list[Turn]) -> tuple[int, bytes, bytes]:
    """(code, words, the last challenge). The first turn goes along with AUTH, unless it needs a challenge."""
    challenge = b""
    first, rest = (turns[0](b""), turns[1:]) if name != "CRAM-MD5" else (b"", turns)
    code, words = line.docmd("AUTH", f"{name} {_encoded(first)}".rstrip())
    for turn in rest:
        if code != GO_ON:
            break
        challenge = _decoded(words)
        code, words = line.docmd(_encoded(turn(challenge)))
    return code, words, challenge


def _plain(route: Route) -> list[Turn]:
    words = f"\0{route.username}\0{route.secret}".encode()
    return [lambda _challenge: words]


def _login(route: Route) -> list[Turn]:
    return [lambda _challenge: route.username.encode(), lambda _challenge: route.secret.encode()]


def _cram_md5(route: Route) -> list[Turn]:
    def answer(challenge: bytes) -> bytes:
        digest = hmac.new(route.secret.encode(), challenge, "md5").hexdigest()
        return f"{route.username} {digest}".encode()

    return [answer]


WAYS: dict[str, Callable[[Route], list[Turn]]] = {"PLAIN": _plain, "LOGIN": _login, "CRAM-MD5": _cram_md5}


def _refused(code: int, words: bytes) -> ServerTrouble:
    answer = said(code, words)
    if code == GO_ON:
        return ServerTrouble(
            Trouble.LOGIN, _("The mail server asks for more than a user name and a password.")
        )
    if code < NO:
        reason = _("The mail server lets nobody sign in just now: %s") % answer
        return ServerTrouble(Trouble.BUSY, reason, retry_after=throttled(code, words))
    reason = _("The mail server refused the user name or password: %s") % answer
    return ServerTrouble(Trouble.LOGIN, f"{reason} {advice(answer)}".rstrip())


def _token_refused(code: int, words: bytes, status: str) -> ServerTrouble:
    answer = said(code, words)
    if code < NO or "smtp_auth_disabled" in answer or "SmtpClientAuthentication" in answer:
        return _refused(code, words)
    told = f"{answer} ({status})" if status else answer
    reason = _(
        "The provider no longer lets this installation into the mailbox; sign in with the provider again: %s"
    )
    return ServerTrouble(Trouble.CONSENT, reason % told)


def _detail(challenge: bytes) -> str:
    """What Google and Microsoft say in JSON about a token they refuse: {"status": "401", …}."""
    try:
        found = json.loads(challenge)
    except ValueError:
        return ""
    return cut(one_line(str(found.get("status", ""))), MAX_DETAIL) if isinstance(found, dict) else ""


def _encoded(words: bytes) -> str:
    return base64.b64encode(words).decode()


def _decoded(words: bytes) -> bytes:
    try:
        return base64.b64decode(words)
    except binascii.Error:
        return b""
