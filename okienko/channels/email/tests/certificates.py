"""Certificates for servers of tests, right ones and wrong ones, signed by a signer of our own."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SIGNER = "Urząd Próbny"
DAY = timedelta(days=1)


class Signer:
    """`file`: what to trust."""

    def __init__(self, folder: Path):
        self.folder, self.file = folder, folder / "signer.pem"
        self.key = ec.generate_private_key(ec.SECP256R1())
        made = self._signed(SIGNER, self.key, datetime.now(UTC) - DAY, [x509.BasicConstraints(True, None)])
        self.file.write_bytes(made)

    def chain(self, *names: str, begins: timedelta = -DAY, ends: timedelta = DAY) -> Path:
        """Certificate and key for host names and addresses; `begins`, `ends`: from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        names_and_addresses = x509.SubjectAlternativeName([_general_name(name) for name in names])
        made = self._signed(names[0], key, datetime.now(UTC) + begins, [names_and_addresses], ends - begins)
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self.folder / f"{names[0]}{begins.days}{ends.days}.pem"
        path.write_bytes(made + secret)
        return path

    def _signed(self, name, key, begins, extensions, life=2 * DAY) -> bytes:
        builder = x509.CertificateBuilder(
            _named(SIGNER), _named(name), key.public_key(), x509.random_serial_number()
        )
        builder = builder.not_valid_before(begins).not_valid_after(begins + life)
        for extension in extensions:
            builder = builder.add_extension(extension, isinstance(extension, x509.BasicConstraints))
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
