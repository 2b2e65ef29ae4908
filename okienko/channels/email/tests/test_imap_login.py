"""Signing in with a password, and what the person is told when that fails."""

import base64
import logging
import socket

import pytest
from django.db import connection, transaction

from okienko.channels.email.imap_account import account_of
from okienko.channels.email.tests.scripted_imap import PASSWORD, USER, ScriptedServer, fails
from okienko.inboxes.source import Trouble

pytestmark = pytest.mark.usefixtures("_english")
GOOGLE = "Google takes an app password here (from the settings of the Google account), not the usual one."
MICROSOFT = "Microsoft takes no passwords here any more: sign in with Microsoft instead."
SWITCHED_OFF = "IMAP is switched off for this mailbox: switch it on in its settings at the provider."
USUAL = (
    "Are the user name (often the whole address) and the password right? "
    "Some providers want a separate password for programs."
)


def at(monkeypatch, server):
    """Names of the world's providers lead to the server of the test, whose certificate nobody asks for."""
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _host, _port, **more: real("127.0.0.1", server.port, **more)
    )


def login_answered(answer: str, **changes) -> list:
    with ScriptedServer(LOGIN=answer) as server, fails() as failure:
        server.open(**changes)
    return failure


def test_refused():
    assert login_answered("{tag} NO [AUTHENTICATIONFAILED] Authentication failed.\r\n") == [
        Trouble.LOGIN,
        "The mail server refused the user name or password: [AUTHENTICATIONFAILED] Authentication failed. "
        + USUAL,
    ]


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("[ALERT] IMAP access is disabled for your domain.", SWITCHED_OFF),
        ("[ALERT] Your account is not enabled for IMAP use. Please visit your settings", SWITCHED_OFF),
        ("[AUTHENTICATIONFAILED] IMAP is disabled", SWITCHED_OFF),
        (
            "[ALERT] Please log in via your web browser: https://support.example/78754",
            "Sign in to the mailbox with a browser first and confirm there that it was you.",
        ),
        ("[BasicAuthBlocked] Basic authentication is disabled.", MICROSOFT),
        ("LOGIN failed: BasicAuthBlocked", MICROSOFT),
        (
            "[ALERT] Application-specific password required: https://support.example/185833",
            "The provider wants an app password: make one in the settings of the account and enter it here.",
        ),
        ("[PRIVACYREQUIRED] no", USUAL),
    ],
)
def test_what_can_be_done_about_it(words, advice):
    assert login_answered("{tag} NO " + words + "\r\n") == [
        Trouble.LOGIN,
        f"The mail server refused the user name or password: {words} {advice}",
    ]


@pytest.mark.parametrize(
    ("host", "words", "advice"),
    [
        ("outlook.office365.com", "LOGIN failed.", MICROSOFT),
        ("imap-mail.outlook.com", "LOGIN failed.", MICROSOFT),
        ("imap.gmail.com", "[AUTHENTICATIONFAILED] Invalid credentials (Failure)", GOOGLE),
        ("imap.gmail.com", "[ALERT] Application-specific password required: https://x.example", GOOGLE),
        ("imap.gmail.com", "[ALERT] Your account is not enabled for IMAP use.", SWITCHED_OFF),
        ("imap.notgmail.com", "[AUTHENTICATIONFAILED] Invalid credentials (Failure)", USUAL),
    ],
)
def test_at_google_and_microsoft(monkeypatch, host, words, advice):
    with ScriptedServer(LOGIN="{tag} NO " + words + "\r\n") as server:
        at(monkeypatch, server)
        with fails() as failure:
            server.open(imap_host=host)
    assert failure == [
        Trouble.LOGIN,
        f"The mail server refused the user name or password: {words} {advice}",
    ]


@pytest.mark.parametrize(
    "words",
    [
        "[UNAVAILABLE] Temporary authentication failure.",
        "[LIMIT] User has too many connections",
        "[UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
        "[INUSE] Mailbox in use",
        "[ALERT] Too many simultaneous connections. (Failure)",
        "Request is throttled. Suggested Backoff Time: 50000 milliseconds",
        "[THROTTLED] Wait",
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "imap.gmail.com", "outlook.office365.com"])
def test_not_now(monkeypatch, words, host):
    with ScriptedServer(LOGIN="{tag} NO " + words + "\r\n") as server:
        at(monkeypatch, server)
        with fails() as failure:
            server.open(imap_host=host)
    assert failure == [Trouble.BUSY, f"The mail server is busy or has had enough for now: {words}"]


def test_the_server_repeats_the_password():
    failure = login_answered("{tag} NO wrong password: " + PASSWORD + "\r\n")
    assert failure[1].startswith("The mail server refused the user name or password: wrong password: ••• ")


def test_bad_instead_of_no():
    assert login_answered("{tag} BAD [CLIENTBUG] Invalid user name\r\n") == [
        Trouble.LOGIN,
        f"The mail server refused the user name or password: [CLIENTBUG] Invalid user name {USUAL}",
    ]


def test_a_long_speech_is_cut():
    failure = login_answered("{tag} NO " + "bla\t" * 500 + "\r\n")
    assert failure[1] == (
        "The mail server refused the user name or password: " + ("bla " * 75)[:299] + "… " + USUAL
    )


@pytest.mark.parametrize("missing", [{"password": ""}, {"username": ""}])
def test_missing(missing):
    with ScriptedServer() as server, fails() as failure:
        server.open(**missing)
    assert failure == [Trouble.LOGIN, "The user name or the password of the mailbox is missing."]
    assert server.commands("LOGIN") == []


def test_an_own_user_name_for_fetching():
    with ScriptedServer() as server:
        server.open(imap_username='zofia "z" \\ x', imap_password="a b")
        assert server.commands("LOGIN") == ['LOGIN "zofia \\"z\\" \\\\ x" "a b"']


@pytest.mark.parametrize("username", ["zofia\r\nA1 DELETE INBOX", "zo\0fia"])
def test_no_commands_in_user_names(username):
    with ScriptedServer() as server, fails() as failure:
        server.open(username=username)
    assert failure[0] == Trouble.LOGIN
    assert server.heard == ["CAPABILITY"]


def plain_login(talk, tag, _text):
    talk.say("+ \r\n")
    talk.server.heard.append(base64.b64decode(talk.hear()).decode())
    talk.say(f"{tag} OK welcome\r\n")


def test_polish_letters_in_the_password():
    capable = "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK done\r\n"
    with ScriptedServer(CAPABILITY=capable, AUTHENTICATE=plain_login) as server:
        server.open(password="zażółć")
        assert f"\0{USER}\0zażółć" in server.heard
        assert server.commands("LOGIN") == []


def test_polish_letters_where_they_cannot_be_said():
    with ScriptedServer() as server, fails() as failure:
        server.open(password="zażółć")
    assert failure == [
        Trouble.LOGIN,
        "The user name or password has letters that the mail server cannot take.",
    ]


def test_passwords_not_wanted_here():
    capable = "* CAPABILITY IMAP4rev1 LOGINDISABLED STARTTLS\r\n{tag} OK done\r\n"
    with ScriptedServer(CAPABILITY=capable) as server, fails() as failure:
        server.open()
    assert failure == [
        Trouble.CERTIFICATE,
        f"127.0.0.1:{server.port} takes passwords only over an encrypted connection. Choose STARTTLS or TLS.",
    ]
    assert server.commands("LOGIN") == []


def test_let_in_without_a_word():
    with ScriptedServer("* PREAUTH welcome\r\n") as server:
        assert server.open().select("INBOX").count == 3
        assert server.commands("LOGIN") == []


def test_nothing_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    fetch = b"* 1 FETCH (UID 7 BODY[] {6}\r\ntajne!)\r\n{tag} OK done\r\n"
    with ScriptedServer(UID_FETCH=fetch) as server:
        mailbox = server.looking()
        assert mailbox.letters([7], max_bytes=100)[0].payload == b"tajne!"
        mailbox.close()
    assert [(record.name, record.getMessage()) for record in caplog.records if "imap" in record.name] == []


def test_the_secret_is_not_shown_with_the_account():
    assert PASSWORD not in repr(account_of({"imap_host": "x.example", "password": PASSWORD}))


def test_usual_ports_and_names():
    found = [
        account_of({"imap_host": " Poczta.Żółw.EXAMPLE. ", "imap_security": one})
        for one in ("", "starttls", "none")
    ]
    assert [(one.host, one.port, one.security, one.timeout) for one in found] == [
        ("poczta.xn--w-uga1v8h.example", 993, "tls", 30.0),
        ("poczta.xn--w-uga1v8h.example", 143, "starttls", 30.0),
        ("poczta.xn--w-uga1v8h.example", 143, "none", 30.0),
    ]


@pytest.mark.django_db(transaction=True)
def test_never_inside_a_transaction():
    with ScriptedServer() as server:
        with transaction.atomic(), pytest.raises(RuntimeError, match="inside a database transaction"):
            server.open()
        assert server.heard == []
        connection.close()
        server.open()


def test_the_line_is_watched_over():
    with ScriptedServer() as server:
        line = server.open()._wire.sock
        assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
