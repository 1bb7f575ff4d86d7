"""Certificates of clients, and the headers in which proxies pass them on."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey


def make_certificate(
    now: datetime,
    subject: str = "CN=portal,O=Tax Bureau,C=CN",
    names: list[x509.GeneralName] | None = None,
    *,
    days: tuple[int, int] = (-1, 30),
    key: ec.EllipticCurvePrivateKey | None = None,
    authority: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None,
    is_authority: bool = False,
) -> x509.Certificate:
    """Make a certificate: self-signed, where no authority signs it."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name.from_rfc4514_string(subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(authority[0].subject if authority else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
    )
    if names is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if is_authority:
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        builder = builder.add_extension(constraints, critical=True)
    return builder.sign(authority[1] if authority else key, hashes.SHA256())


def base64_der(certificate: x509.Certificate) -> str:
    """As HAProxy writes it (`ssl_c_der,base64`), and as `x5c` has it."""
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def rfc9440(certificate: x509.Certificate) -> str:
    """As `Client-Cert` of RFC 9440 section 2.1."""
    return f":{base64_der(certificate)}:"


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def nginx(certificate: x509.Certificate) -> str:
    """As `$ssl_client_escaped_cert`."""
    return quote(pem(certificate), safe="")


def apache(certificate: x509.Certificate) -> str:
    """As `%{SSL_CLIENT_CERT}s`: line breaks cannot be in a header."""
    return pem(certificate).strip().replace("\n", " ")


FORMS = {"rfc9440": rfc9440, "nginx": nginx, "apache": apache, "haproxy": base64_der}


def jwks_with(*certificates: x509.Certificate) -> dict[str, object]:
    """Return the JWK Set of a client with these certificates (RFC 7517 section 4.7)."""
    keys = []
    for certificate in certificates:
        public = certificate.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        key = ECKey.import_key(public).as_dict(private=False)
        keys.append({**key, "x5c": [base64_der(certificate)]})
    return {"keys": keys}
