"""Encryption against servers whose certificates are made here: nothing is told to one that is not believed."""

import socket
from datetime import UTC, datetime, timedelta

import pytest

from okienko.channels.email.smtp import opened, send
from okienko.channels.email.tests.certificates import DAY, SIGNER, Signer
from okienko.channels.email.tests.mail_server import (
    LETTER,
    Peer,
    free_port,
    scripted,
    server_context,
    serving,
)
from okienko.inboxes.channel import ChannelError, ServerTrouble
from okienko.inboxes.source import Trouble

LOGIN = {"username": "sklep", "password": "haslo"}
pytestmark = pytest.mark.usefixtures("_english")


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    return Signer(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=["tls", "starttls"])
def security(request):
    return request.param


def encrypted(chain, security, **more):
    peer = Peer()
    return serving(
        peer,
        security=security,
        context=server_context(chain),
        authenticator=peer.authenticate,
        auth_require_tls=security == "starttls",
        **more,
    )


def trouble(peer, config, **changes) -> ServerTrouble:
    config = config | LOGIN | changes
    with pytest.raises(ServerTrouble) as caught:
        send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])
    assert (caught.value.permanent, peer.logins, peer.received) == (False, [], [])
    return caught.value


def test_a_trusted_server_gets_password_and_letters(signer, security):
    with encrypted(signer.chain("127.0.0.1"), security) as (peer, config):
        known = config | LOGIN | {"ca_file": str(signer.file)}
        for _ in range(3):
            assert send(known, LETTER, sender="s@s.example", recipients=["z@p.example"]).refused == ()
    assert (peer.logins, [content for _, _, content, _ in peer.received], len(peer.lines)) == (
        [("PLAIN", b"sklep", b"haslo")],
        [LETTER] * 3,
        1,
    )


def test_a_certificate_of_an_unknown_signer(signer, security):
    with encrypted(signer.chain("127.0.0.1"), security) as (peer, config):
        found = trouble(peer, config)
    assert (found.trouble, found.reason) == (
        Trouble.CERTIFICATE,
        f"The certificate of 127.0.0.1 was issued by “{SIGNER}”, whom this installation does not trust.",
    )


def test_a_certificate_for_another_name(signer, security):
    chain = signer.chain("poczta.inny.example", "smtp.inny.example", "10.0.0.7")
    with encrypted(chain, security) as (peer, config):
        found = trouble(peer, config, ca_file=str(signer.file))
        by_name = trouble(peer, config, ca_file=str(signer.file), host="localhost")
    names = "poczta.inny.example, smtp.inny.example, 10.0.0.7"
    assert [(one.trouble, one.reason) for one in (found, by_name)] == [
        (Trouble.CERTIFICATE, f"The certificate of {host} is made out to another name: {names}.")
        for host in ("127.0.0.1", "localhost")
    ]


def test_a_certificate_that_ran_out(signer, security):
    chain = signer.chain("127.0.0.1", begins=-30 * DAY, ends=-2 * DAY)
    with encrypted(chain, security) as (peer, config):
        found = trouble(peer, config, ca_file=str(signer.file))
    day = (datetime.now(UTC) - 2 * DAY).date().isoformat()
    assert (found.trouble, found.reason) == (
        Trouble.CERTIFICATE,
        f"The certificate of 127.0.0.1 ran out on {day}.",
    )


def test_a_certificate_of_the_future(signer, security):
    with encrypted(signer.chain("127.0.0.1", begins=DAY, ends=2 * DAY), security) as (peer, config):
        found = trouble(peer, config, ca_file=str(signer.file))
    day = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    assert found.reason == (
        f"The certificate of 127.0.0.1 is valid only from {day}. Is the clock here right?"
    )


def test_a_file_of_certificates_that_is_not_there(signer, security, tmp_path):
    with encrypted(signer.chain("127.0.0.1"), security) as (peer, config):
        found = trouble(peer, config, ca_file=str(tmp_path / "nie-ma.pem"))
    assert (found.trouble, found.reason) == (
        Trouble.CERTIFICATE,
        "The file with the certificate to trust cannot be read: No such file or directory",
    )


def test_no_encryption_offered_where_it_is_wanted():
    """An attacker on the way takes STARTTLS out of the offer: nothing goes on in clear."""
    with serving() as (peer, config):
        found = trouble(peer, config, security="starttls")
    assert (found.trouble, found.reason) == (
        Trouble.CERTIFICATE,
        f"The server 127.0.0.1:{config['port']} offers no STARTTLS, so nothing was sent to it.",
    )


def test_a_port_that_begins_without_encryption():
    with serving() as (peer, config):
        found = trouble(peer, config, security="tls")
    assert (found.trouble, found.reason) == (
        Trouble.CERTIFICATE,
        (f"127.0.0.1:{config['port']} does not speak TLS at once: another port, or STARTTLS, may be right."),
    )


def test_words_slipped_in_before_the_encryption_are_noticed(signer):
    context = server_context(signer.chain("127.0.0.1"))

    def script(connection, lines, _number):
        connection.sendall(b"220 hi\r\n")
        next(lines)
        connection.sendall(b"250-hi\r\n250 STARTTLS\r\n")
        next(lines)
        connection.sendall(b"220 go\r\n250-hi\r\n250 AUTH PLAIN\r\n")
        with context.wrap_socket(connection.dup(), server_side=True) as secret:
            secret.recv(100)

    with scripted(script) as config, pytest.raises(ServerTrouble) as caught:
        opened(config | {"security": "starttls", "ca_file": str(signer.file)})
    assert (caught.value.trouble, caught.value.reason) == (
        Trouble.CERTIFICATE,
        (
            f"Somebody between us and 127.0.0.1:{config['port']} has slipped words in before the encryption "
            "began. The connection was closed."
        ),
    )


@pytest.mark.parametrize(
    ("address", "is_told"), [("8.8.8.8", False), ("192.168.1.9", True), ("::ffff:8.8.8.8", False)]
)
def test_a_password_never_goes_in_clear_to_a_public_address(monkeypatch, address, is_told):
    """The address at the other end is what counts, not the name."""
    peer = Peer()
    with serving(peer, auth_require_tls=False, authenticator=peer.authenticate) as (peer, config):
        monkeypatch.setattr(socket.socket, "getpeername", lambda _socket: (address, 25), raising=False)
        if is_told:
            send(config | LOGIN, LETTER, sender="s@s.example", recipients=["z@p.example"])
        else:
            found = trouble(peer, config)
            assert (found.trouble, found.reason) == (
                Trouble.CERTIFICATE,
                (
                    f"The password was not sent to 127.0.0.1:{config['port']}, because it would travel "
                    "unencrypted. Choose STARTTLS or TLS."
                ),
            )
    assert len(peer.logins) == is_told


def test_a_name_that_leads_nowhere():
    with pytest.raises(ServerTrouble) as caught:
        opened({"host": "nie..ma", "security": "none"})
    assert (caught.value.trouble, caught.value.reason) == (
        Trouble.NAME,
        "There is no server with the name nie..ma. Is it written correctly?",
    )


def test_nobody_listens():
    port = free_port()
    with pytest.raises(ServerTrouble) as caught:
        opened({"host": "127.0.0.1", "port": port})
    assert (caught.value.trouble, caught.value.reason) == (
        Trouble.UNREACHABLE,
        f"Nobody answers at 127.0.0.1:{port}. Are the server and the port right?",
    )


def test_our_own_network_where_only_public_servers_are_allowed(settings):
    settings.MAIL_NETWORKS = "public"
    with serving() as (peer, config), pytest.raises(ChannelError) as caught:
        send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])
    assert (caught.value.trouble, caught.value.reason, peer.lines) == (
        Trouble.NAME,
        "127.0.0.1 leads to the address 127.0.0.1, to which this installation does not connect.",
        [],
    )
