"""A signer made for one post office, and the certificates of its servers."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LIFE = timedelta(days=30)


def _named(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _signed(subject: str, key, issuer: str, issuer_key, extensions: list[x509.ExtensionType]) -> bytes:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        _named(issuer), _named(subject), key.public_key(), x509.random_serial_number()
    )
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + LIFE)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class Signer:
    """Writes `ca.pem` into `folder` at once, and `<file>.pem` (key and certificate) for each `certificate`."""

    name = "The signer of a post office for tests"

    def __init__(self, folder: Path):
        self.folder = folder
        self.file = folder / "ca.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        own = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        self.file.write_bytes(_signed(self.name, self._key, self.name, self._key, [constraints, own]))
        self.file.chmod(0o644)

    def certificate(self, file: str, names: list[str], addresses: list[str] = ()) -> Path:
        """A server's certificate for DNS names and IP addresses, with its key, in one file for root only."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives = [x509.DNSName(name) for name in names]
        alternatives += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
        extensions = [
            x509.BasicConstraints(ca=False, path_length=None),
            x509.SubjectAlternativeName(alternatives),
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
        ]
        path = self.folder / f"{file}.pem"
        path.touch(0o600)
        path.write_bytes(_pem(key) + _signed(names[0], key, self.name, self._key, extensions))
        return path
