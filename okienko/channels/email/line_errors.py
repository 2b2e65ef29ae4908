"""Why a mail server could not be reached or believed, in the words of the person who looks after the mailbox."""

import socket
import ssl

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID
from django.utils.translation import gettext as _

from okienko.inboxes.source import Trouble
from okienko.lib.net import Forbidden
from okienko.lib.text import cut, one_line

MAX_NAMES = 5
MAX_WORDS = 200
# OpenSSL's X509_V_ERR_…
NOT_YET, EXPIRED, WRONG_NAME, WRONG_ADDRESS = 9, 10, 62, 64
UNKNOWN_ISSUER = frozenset({2, 18, 19, 20, 21, 27})
SPEAKS_PLAINLY = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL"}
)


def explained(error: Exception, host: str, port: int, *, certificate: bytes = b"") -> tuple[Trouble, str]:
    """What an OSError of connecting, encrypting or talking means.

    `certificate`: what the server shows (DER), as far as it is known, so that the words can say what stands in it.
    A TimeoutError is taken for silence of a server that took the line: see `unanswered` for the one before.
    """
    where = f"{host}:{port}"
    match error:
        case Forbidden():
            words = _(
                "%(host)s leads to the address %(address)s, to which this installation does not connect."
            )
            found = Trouble.NAME, words % {"host": host, "address": error.address}
        case socket.gaierror() if error.errno == socket.EAI_AGAIN:
            found = Trouble.NAME, _("The name %s cannot be looked up just now.") % host
        case socket.gaierror():
            found = Trouble.NAME, _("There is no server with the name %s. Is it written correctly?") % host
        case ssl.SSLCertVerificationError():
            found = Trouble.CERTIFICATE, _unbelieved(error, host, certificate)
        case ssl.SSLError():
            found = Trouble.CERTIFICATE, _unencrypted(error, where)
        case TimeoutError():
            found = Trouble.SILENT, _("The server %s took the connection but does not answer.") % where
        case ConnectionRefusedError():
            found = Trouble.UNREACHABLE, _("Nobody answers at %s. Are the server and the port right?") % where
        case _other:
            words = _("The connection to %(server)s failed: %(reason)s")
            found = Trouble.UNREACHABLE, words % {"server": where, "reason": words_of(error)}
    return found


def unanswered(host: str, port: int) -> tuple[Trouble, str]:
    """The TimeoutError of a connection that never came about."""
    return Trouble.UNREACHABLE, _("%s does not answer. Are the server and the port right?") % f"{host}:{port}"


def words_of(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return cut(one_line(str(text)), MAX_WORDS)


def _unencrypted(error: ssl.SSLError, where: str) -> str:
    reason = getattr(error, "reason", None) or str(error)
    if reason in SPEAKS_PLAINLY:
        return _("%s does not speak TLS at once: another port, or STARTTLS, may be right.") % where
    return _("The encrypted connection to %(server)s failed: %(reason)s") % {
        "server": where,
        "reason": cut(one_line(reason), MAX_WORDS),
    }


def _unbelieved(error: ssl.SSLCertVerificationError, host: str, certificate: bytes) -> str:
    """What is wrong with a certificate, and what it says itself where that could be read."""
    try:
        shown = x509.load_der_x509_certificate(certificate) if certificate else None
    except ValueError:
        shown = None
    return (shown and _shown(shown, error.verify_code, host)) or _(
        "The certificate of %(host)s cannot be trusted: %(reason)s"
    ) % {"host": host, "reason": cut(one_line(error.verify_message), MAX_WORDS)}


def _shown(certificate: x509.Certificate, code: int, host: str) -> str:
    """ "" for a fault that nothing in the certificate explains."""
    if code in {WRONG_NAME, WRONG_ADDRESS}:
        return _("The certificate of %(host)s is made out to another name: %(names)s.") % {
            "host": host,
            "names": _names(certificate),
        }
    if code == EXPIRED:
        return _("The certificate of %(host)s ran out on %(date)s.") % {
            "host": host,
            "date": certificate.not_valid_after_utc.date().isoformat(),
        }
    if code == NOT_YET:
        return _("The certificate of %(host)s is valid only from %(date)s. Is the clock here right?") % {
            "host": host,
            "date": certificate.not_valid_before_utc.date().isoformat(),
        }
    if code in UNKNOWN_ISSUER:
        return _(
            "The certificate of %(host)s was issued by “%(issuer)s”, whom this installation does not trust."
        ) % {"host": host, "issuer": _issuer(certificate)}
    return ""


def _names(certificate: x509.Certificate) -> str:
    """The servers a certificate is made out to, a few of them."""
    try:
        extension = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
        names = [str(one.value) for one in extension.value if isinstance(one, x509.DNSName | x509.IPAddress)]
    except (x509.ExtensionNotFound, ValueError):
        names = [str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    more = ", …" if len(names) > MAX_NAMES else ""
    return cut(one_line(", ".join(names[:MAX_NAMES])), MAX_WORDS) + more


def _issuer(certificate: x509.Certificate) -> str:
    for kind in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        if found := certificate.issuer.get_attributes_for_oid(kind):
            return cut(one_line(str(found[0].value)), MAX_WORDS)
    return "?"
