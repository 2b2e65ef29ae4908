"""Encryption against a server whose certificate is made here: believed only when somebody trusted signed it."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import translation

from okienko.channels.email.smtp import send
from okienko.channels.email.tests.test_smtp import LETTER, Peer, free_port
from okienko.inboxes.channel import ChannelError


class Server(Controller):
    def factory(self):
        return SMTP(
            self.handler,
            tls_context=None if self.ssl_context else self.handler.context,
            authenticator=self.handler.authenticate,
            auth_require_tls=self.ssl_context is None,
        )


class SecretPeer(Peer):
    def __init__(self, context):
        super().__init__()
        self.context = context
        self.logins = []

    def authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login, data.password))
        return AuthResult(success=True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@pytest.fixture(params=["tls", "starttls"])
def secure(request, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    peer = SecretPeer(context)
    wrapped = {"ssl_context": context} if request.param == "tls" else {}
    server = Server(peer, hostname="127.0.0.1", port=free_port(), **wrapped)
    server.start()
    config = {"host": "127.0.0.1", "port": server.port, "security": request.param, "timeout": 5}
    yield peer, config | {"username": "sklep", "password": "haslo"}
    server.stop()


def test_a_trusted_server_gets_password_and_message(secure, certificate, monkeypatch):
    peer, config = secure
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert send(config, LETTER, sender="s@s.example", recipients=["z@p.example"]).refused == ()
    assert (peer.logins, [content for _, _, content, _ in peer.received]) == (
        [(b"sklep", b"haslo")],
        [LETTER],
    )


def test_a_stranger_gets_neither(secure):
    peer, config = secure
    with translation.override("en"), pytest.raises(ChannelError) as caught:
        send(config, LETTER, sender="s@s.example", recipients=["z@p.example"])
    assert caught.value.reason.startswith("The mail server's certificate or encryption failed: ")
    assert (caught.value.permanent, peer.logins, peer.received) == (False, [], [])
