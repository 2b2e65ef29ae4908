"""Signing in: what is said to the server, what its no means, and what never leaves the house."""

import base64
import hmac

import pytest

from okienko.channels.email.smtp import logged_in, opened, send
from okienko.channels.email.smtp_login import advice
from okienko.channels.email.tests.mail_server import LETTER, Peer, scripted, serving
from okienko.inboxes.channel import ServerTrouble, Throttled
from okienko.inboxes.source import Trouble

pytestmark = pytest.mark.usefixtures("_english")

PASSWORD = "nie-powiem-nikomu-ż"
TOKEN = "ya29.tajny-token"
XOAUTH2 = base64.b64encode(f"user=sklep@gmail.example\1auth=Bearer {TOKEN}\1\1".encode()).decode()


def told(answers, *, ways="PLAIN LOGIN", auth="password"):
    """(what a server heard after EHLO, what came of it) where it answers each line in turn."""
    heard = []

    def script(connection, lines, _number):
        connection.sendall(b"220 hi\r\n")
        next(lines)
        connection.sendall(f"250-hi\r\n250 AUTH {ways}\r\n".encode())
        for answer in answers:
            heard.append(next(lines).decode().strip())
            connection.sendall(f"{answer}\r\n".encode())
        next(lines, None)

    trouble = None
    with scripted(script) as place:
        login = {"username": "sklep@gmail.example", "password": PASSWORD, "access_token": TOKEN, "auth": auth}
        line = opened(place)
        try:
            logged_in(line, place | login)
        except ServerTrouble as error:
            trouble = error
        line.leave()
    assert not any(secret in str(trouble) for secret in (PASSWORD, TOKEN, XOAUTH2))
    return heard, trouble


def encoded(words: str) -> str:
    return base64.b64encode(words.encode()).decode()


def test_with_a_password_in_one_line():
    heard, trouble = told(["235 welcome"])
    assert (heard, trouble) == (
        [f"AUTH PLAIN {encoded(f'{chr(0)}sklep@gmail.example{chr(0)}{PASSWORD}')}"],
        None,
    )


def test_with_a_password_in_two_lines():
    heard, trouble = told([f"334 {encoded('Password:')}", "235 welcome"], ways="LOGIN")
    assert (heard, trouble) == ([f"AUTH LOGIN {encoded('sklep@gmail.example')}", encoded(PASSWORD)], None)


def test_with_a_password_that_is_only_proved():
    heard, trouble = told([f"334 {encoded('<17.42@mx>')}", "235 welcome"], ways="CRAM-MD5")
    proof = hmac.new(PASSWORD.encode(), b"<17.42@mx>", "md5").hexdigest()
    assert (heard, trouble) == (["AUTH CRAM-MD5", encoded(f"sklep@gmail.example {proof}")], None)


def test_another_way_where_the_server_does_not_know_the_one_it_offered():
    heard, trouble = told(["504 5.5.4 unknown", f"334 {encoded('Password:')}", "235 welcome"])
    assert ([line.split()[1] for line in heard[:2]], trouble) == (["PLAIN", "LOGIN"], None)


def test_a_wrong_password_is_tried_once():
    """A second try in another way would only bring the mailbox nearer to being locked."""
    heard, trouble = told(["535 5.7.8 authentication failed"])
    assert (len(heard), trouble.trouble, trouble.permanent) == (1, Trouble.LOGIN, False)
    assert trouble.reason == (
        "The mail server refused the user name or password: 535 5.7.8 authentication failed "
        "Are the user name (often the whole address) and the password right? "
        "Some providers want a separate password for programs."
    )


def test_a_wrong_password_at_a_real_server():
    peer = Peer()
    with serving(peer, authenticator=peer.authenticate, auth_require_tls=False) as (peer, config):
        with pytest.raises(ServerTrouble) as caught:
            send(
                config | {"username": "sklep", "password": PASSWORD},
                LETTER,
                sender="s@s.example",
                recipients=["z@p.example"],
            )
    assert (caught.value.trouble, peer.received) == (Trouble.LOGIN, [])
    assert peer.logins == [("PLAIN", b"sklep", PASSWORD.encode())]


def test_a_server_that_cannot_tell_just_now():
    _heard, trouble = told(["454 4.7.0 Temporary authentication failure"])
    assert (trouble.trouble, trouble.reason, trouble.retry_after) == (
        Trouble.BUSY,
        "The mail server lets nobody sign in just now: 454 4.7.0 Temporary authentication failure",
        None,
    )


def test_too_many_logins_are_not_made_more():
    script_answer = "454 4.7.0 Too many login attempts, please try again later."

    def script(connection, lines, _number):
        connection.sendall(b"220 hi\r\n")
        next(lines)
        connection.sendall(b"250-hi\r\n250 AUTH PLAIN\r\n")
        next(lines)
        connection.sendall(f"{script_answer}\r\n".encode())

    with scripted(script) as config, pytest.raises(Throttled) as caught:
        send(
            config | {"username": "a", "password": "b"},
            LETTER,
            sender="s@s.example",
            recipients=["z@p.example"],
        )
    assert caught.value.reason == f"The mail server lets nobody sign in just now: {script_answer}"


def test_a_password_is_not_given_to_a_server_that_asks_for_none():
    with serving() as (peer, config), pytest.raises(ServerTrouble) as caught:
        send(
            config | {"username": "sklep", "password": PASSWORD},
            LETTER,
            sender="s@s.example",
            recipients=["z@p.example"],
        )
    assert (caught.value.trouble, caught.value.reason, peer.received) == (
        Trouble.LOGIN,
        "The mail server offers no login with a password on this port.",
        [],
    )


def test_with_a_token():
    heard, trouble = told(["235 2.7.0 Accepted"], ways="LOGIN PLAIN XOAUTH2", auth="oauth")
    assert (heard, trouble) == ([f"AUTH XOAUTH2 {XOAUTH2}"], None)


def test_a_token_refused_with_a_challenge():
    """Google tells why in JSON, and says no only after an empty line."""
    why = encoded('{"status":"401","schemes":"Bearer","scope":"https://mail.example/"}')
    heard, trouble = told(
        [f"334 {why}", "535 5.7.8 Username and Password not accepted"], ways="XOAUTH2", auth="oauth"
    )
    assert (heard[1:], trouble.trouble) == ([""], Trouble.CONSENT)
    assert trouble.reason == (
        "The provider no longer lets this installation into the mailbox; sign in with the provider again: "
        "535 5.7.8 Username and Password not accepted (401)"
    )


@pytest.mark.parametrize("challenge", ["!!!", "bm90IGpzb24=", "WzFd"])
def test_a_token_refused_with_nonsense(challenge):
    heard, trouble = told([f"334 {challenge}", "535 no"], ways="XOAUTH2", auth="oauth")
    assert (heard[1:], trouble.trouble) == ([""], Trouble.CONSENT)
    assert trouble.reason.endswith("again: 535 no")


def test_a_token_where_only_passwords_are_taken():
    heard, trouble = told([], auth="oauth")
    assert (heard, trouble.trouble, trouble.reason) == (
        [],
        Trouble.LOGIN,
        "The mail server offers no signing in with the provider on this port.",
    )


def test_a_server_that_asks_on_and_on():
    _heard, trouble = told(["334 "], ways="PLAIN")
    assert (trouble.trouble, trouble.reason) == (
        Trouble.LOGIN,
        "The mail server asks for more than a user name and a password.",
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            "534 5.7.9 Application-specific password required. https://support.google.com/mail/?p=InvalidSecondFactor",
            "Google takes an app password here (from the settings of the Google account), not the usual one.",
        ),
        (
            "535 5.7.8 Username and Password not accepted. https://support.google.com/mail/?p=BadCredentials - gsmtp",
            "Google takes an app password here (from the settings of the Google account), not the usual one.",
        ),
        (
            "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
            "Microsoft takes no passwords here any more: sign in with Microsoft instead.",
        ),
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
            "An administrator of Microsoft 365 must allow “Authenticated SMTP” for this mailbox.",
        ),
        ("550 5.7.1 go away", ""),
    ],
)  # fmt: skip
def test_advice(answer, words):
    assert advice(answer) == words
