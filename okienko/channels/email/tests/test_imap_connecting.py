"""On the way to a server: each way of failing has its own words."""

import socket

import pytest

from okienko.channels.email.imap import open_mailbox
from okienko.channels.email.tests.scripted_imap import CUT, HANG, ScriptedServer, fails
from okienko.inboxes.source import Trouble

pytestmark = pytest.mark.usefixtures("_english")


def test_no_such_name():
    with fails() as failure:
        open_mailbox({"imap_host": "imap.no-such-shop.invalid"})
    assert failure == [
        Trouble.NAME,
        "There is no server with the name imap.no-such-shop.invalid. Is it written correctly?",
    ]


@pytest.mark.parametrize("host", ["", "   ", None, "ż" * 70 + ".pl"])
def test_no_name_at_all(host):
    with fails() as failure:
        open_mailbox({"imap_host": host})
    assert failure[0] == Trouble.NAME


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"imap_security": "ssl3"}, "The inbox's kind of encryption is unknown: ssl3"),
        ({"imap_port": "abc"}, "The port of the mail server must be a number from 1 to 65535, not abc."),
        ({"imap_port": 70000}, "The port of the mail server must be a number from 1 to 65535, not 70000."),
    ],
)
def test_settings_that_cannot_work(changes, words):
    with fails() as failure:
        open_mailbox({"imap_host": "localhost"} | changes)
    assert failure == [Trouble.REFUSED, words]


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with fails() as failure:
        open_mailbox({"imap_host": "localhost", "imap_port": port})
    assert failure == [
        Trouble.UNREACHABLE,
        f"Nobody answers at localhost:{port}. Are the server and the port right?",
    ]


def test_a_firewall_that_swallows():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), fails() as failure:
            open_mailbox({"imap_host": "127.0.0.1", "imap_port": port, "timeout": 0.2})
    assert failure == [
        Trouble.UNREACHABLE,
        f"127.0.0.1:{port} does not answer. Are the server and the port right?",
    ]


def test_an_address_that_must_not_be_reached(settings):
    settings.MAIL_NETWORKS = "public"
    with ScriptedServer() as server, fails() as failure:
        server.open()
    assert failure[0] == Trouble.NAME
    assert "127.0.0.1" in failure[1]


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_takes_the_line_and_says_nothing(security):
    with ScriptedServer(HANG) as server, fails() as failure:
        server.open(imap_security=security, timeout=0.3)
    assert failure == [
        Trouble.SILENT,
        f"The server 127.0.0.1:{server.port} took the connection but does not answer.",
    ]


@pytest.mark.parametrize("name", ["CAPABILITY", "LOGIN"])
def test_greets_and_says_no_more(name):
    with ScriptedServer(**{name: HANG}) as server, fails() as failure:
        server.open(timeout=0.3)
    assert failure[0] == Trouble.SILENT


@pytest.mark.parametrize("name", ["CAPABILITY", "LOGIN"])
def test_greets_and_goes(name):
    with ScriptedServer(**{name: CUT}) as server, fails() as failure:
        server.open()
    assert failure == [Trouble.UNREACHABLE, "The mail server ended the connection."]


def test_goes_at_once():
    with ScriptedServer(CUT) as server, fails() as failure:
        server.open()
    assert failure == [Trouble.UNREACHABLE, "The mail server ended the connection."]


@pytest.mark.parametrize(
    "greeting",
    [
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "220 poczta.example ESMTP Postfix\r\n",
        "+OK POP3 ready\r\n",
        "\x00\xff\x01 rubbish\r\n",
        "* NO not today\r\n",
    ],
)
def test_something_else_than_imap(greeting):
    with ScriptedServer(greeting) as server, fails() as failure:
        server.open()
    assert failure[0] == Trouble.REFUSED
    assert failure[1].startswith(f"What answers at 127.0.0.1:{server.port} is no IMAP server: ")


def test_too_many_of_us_already():
    words = "[ALERT] Too many simultaneous connections. (Failure)"
    with ScriptedServer(f"* BYE {words}\r\n") as server, fails() as failure:
        server.open()
    assert failure == [Trouble.BUSY, f"The mail server is busy or has had enough for now: {words}"]


def test_closed_for_today():
    with ScriptedServer("* BYE closed on Sundays\r\n") as server, fails() as failure:
        server.open()
    assert failure == [Trouble.UNREACHABLE, "The mail server ended the connection: closed on Sundays"]


def test_plain_words_on_a_port_for_tls():
    with ScriptedServer() as server, fails() as failure:
        server.open(imap_security="tls")
    assert failure == [
        Trouble.CERTIFICATE,
        f"127.0.0.1:{server.port} does not speak TLS at once: another port, or STARTTLS, may be right.",
    ]


def test_no_starttls_no_password():
    with ScriptedServer() as server, fails() as failure:
        server.open(imap_security="starttls")
    assert failure == [
        Trouble.CERTIFICATE,
        f"The server 127.0.0.1:{server.port} offers no STARTTLS, so nothing was sent to it.",
    ]
    assert server.commands("LOGIN") == []


@pytest.mark.parametrize("greeting", ["* PREAUTH welcome, Zofia\r\n", "* OK ready\r\n"])
def test_starttls_talked_out_of(greeting):
    """Somebody on the way answers for the server: nothing secret may be said to him."""
    capable = "* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK done\r\n"
    with ScriptedServer(greeting, CAPABILITY=capable, STARTTLS="{tag} NO not now\r\n") as server:
        with fails() as failure:
            server.open(imap_security="starttls")
    assert failure[0] == Trouble.CERTIFICATE
    assert server.commands("LOGIN") == []


def test_no_password_in_the_clear_to_the_world(monkeypatch):
    """The line's other end is said to be far away."""
    monkeypatch.setattr(socket.socket, "getpeername", lambda _self: ("93.184.216.34", 143))
    with ScriptedServer() as server, fails() as failure:
        server.open()
    assert failure[0] == Trouble.CERTIFICATE
    assert "unencrypted" in failure[1]
    assert server.commands("LOGIN") == []


def test_a_certificate_file_that_is_not_there(tmp_path):
    with ScriptedServer() as server, fails() as failure:
        server.open(imap_security="tls", ca_file=str(tmp_path / "none.pem"))
    assert failure == [
        Trouble.CERTIFICATE,
        "The file with the certificate to trust cannot be read: No such file or directory",
    ]
