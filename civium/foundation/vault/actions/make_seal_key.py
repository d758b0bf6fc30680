"""Make a seal for documents: a signing key, and a certificate that the town issues to itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from civium.foundation.kit.town import the_town

from ..adapters.root_key_file import write_secret_file
from ..queries import seal_paths

VALID_FOR: Final = timedelta(days=3650)
_SIGNS_DOCUMENTS = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


def make_seal_key(*, at: datetime) -> None:
    """Write ``seal.key`` and ``seal.crt`` unless there is a seal, valid from ``at`` for ten years.

    Nobody but this town vouches for it, so readers outside see "unknown": a real town replaces both files by a
    certificate from a trust service.
    """
    key_path, certificate_path = seal_paths()
    if key_path.exists() and certificate_path.exists():
        return
    key_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = generate_private_key(SECP256R1())
    town = the_town()
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, town.country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, next(iter(town.name.values()))),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{next(iter(town.name.values()))} seal"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(at + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SIGNS_DOCUMENTS, critical=True)
        .sign(key, SHA256())
    )
    for path, content in (
        (key_path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())),
        (certificate_path, certificate.public_bytes(Encoding.PEM)),
    ):
        path.unlink(missing_ok=True)
        write_secret_file(path, content)
