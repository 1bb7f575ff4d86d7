"""Reading the certificate that a proxy forwards, in the forms that proxies have for it."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from urllib.parse import unquote

from cryptography import x509

from idp.middleware.client_certificate import ForwardedCertificate
from idp.protocol.client_auth.credentials import NotProvenError

_PEM = re.compile(r"\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*")


def read_certificate(forwarded: ForwardedCertificate | None, now: datetime) -> x509.Certificate:
    """Return the certificate of the client's TLS connection, within its time of validity; raises
    NotProvenError."""
    if forwarded is None:
        raise NotProvenError("no client certificate")
    try:
        certificate = x509.load_der_x509_certificate(_der(forwarded.value))
        begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except (ValueError, x509.InvalidVersion) as error:
        raise NotProvenError("the client certificate cannot be read") from error
    if not begins <= now <= ends:
        raise NotProvenError("the client certificate is not valid at this time")
    return certificate


def _der(value: str) -> bytes:
    """Take a header's value for what it looks like; raises ValueError.

    `:base64:` (RFC 9440), PEM with its line breaks escaped (nginx) or turned into spaces
    (Apache), or DER in base64 alone (HAProxy).
    """
    if value.startswith(":") and value.endswith(":"):
        return base64.b64decode(value[1:-1], validate=True)
    pem = _PEM.fullmatch(unquote(value, errors="strict"))
    text = "".join(pem[1].split()) if pem else value
    return base64.b64decode(text, validate=True)
