"""Signing in with the token of a provider."""

import base64
import json

import pytest

from okienko.channels.email.tests.scripted_imap import USER, ScriptedServer, fails
from okienko.inboxes.source import Trouble

pytestmark = pytest.mark.usefixtures("_english")
REFUSED = "The provider no longer lets this installation into the mailbox; sign in with the provider again: "
NO_MAILBOX = (
    "Microsoft let us in but opens no mailbox. Is IMAP allowed for it, and is it the one of the account that "
    "signed in? The server said: "
)
TOKEN = "ya29.token-that-nobody-may-see"


def token_login(*, challenge: dict | None, answer: str):
    def said(talk, tag, _text):
        talk.say("+ \r\n")
        talk.server.heard.append(base64.b64decode(talk.hear()).decode())
        if challenge is not None:
            talk.say(b"+ " + base64.b64encode(json.dumps(challenge).encode()) + b"\r\n")
            talk.server.heard.append(f"then {talk.hear()!r}")
        talk.say(f"{tag} {answer}\r\n")

    return said


def with_token(said, **changes):
    return ScriptedServer(AUTHENTICATE=said), {"auth": "oauth", "access_token": TOKEN} | changes


def test_with_a_token():
    server, config = with_token(token_login(challenge=None, answer="OK welcome"))
    with server:
        server.open(**config)
        assert server.heard[1:3] == [
            "AUTHENTICATE XOAUTH2",
            f"user={USER}\1auth=Bearer {TOKEN}\1\1",
        ]
        assert server.commands("LOGIN") == []


@pytest.mark.parametrize("status", ["400", "401"])
def test_a_token_refused_with_a_reason(status):
    challenge = {"status": status, "schemes": "Bearer", "scope": "https://mail.provider.example/"}
    server, config = with_token(
        token_login(challenge=challenge, answer="NO [AUTHENTICATIONFAILED] Invalid (Failure)")
    )
    with server, fails() as failure:
        server.open(**config)
    assert failure == [
        Trouble.CONSENT,
        f"{REFUSED}[AUTHENTICATIONFAILED] Invalid (Failure) ({status})",
    ]
    assert "then b'\\r\\n'" in server.heard


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("NO AUTHENTICATE failed.", Trouble.CONSENT),
        ("BAD User is authenticated but not connected.", Trouble.LOGIN),
        ("NO [UNAVAILABLE] Try again later", Trouble.BUSY),
        ("NO [ALERT] IMAP access is disabled for your domain.", Trouble.LOGIN),
    ],
)
def test_a_token_refused(answer, trouble):
    server, config = with_token(token_login(challenge=None, answer=answer))
    with server, fails() as failure:
        server.open(**config)
    assert failure[0] == trouble
    assert TOKEN not in failure[1]


def test_a_challenge_that_is_no_json():
    server, config = with_token(token_login(challenge=["?"], answer="NO no"))
    with server, fails() as failure:
        server.open(**config)
    assert failure[0] == Trouble.CONSENT


def test_no_token():
    with ScriptedServer() as server, fails() as failure:
        server.open(auth="oauth")
    assert failure[0] == Trouble.CONSENT
    assert server.heard == ["CAPABILITY"]


def test_let_in_but_to_no_mailbox():
    """What Microsoft says where IMAP is off, or the account is another's."""
    words = "User is authenticated but not connected."
    with ScriptedServer(EXAMINE="{tag} BAD " + words + "\r\n") as server, fails() as failure:
        server.looking()
    assert failure == [
        Trouble.LOGIN,
        f"{NO_MAILBOX}{words}",
    ]
