"""Which methods this installation offers."""

from __future__ import annotations

from idp.middleware.settings import HttpSettings
from idp.protocol.client_auth import METHODS


def offered_methods(http: HttpSettings) -> tuple[str, ...]:
    """Return the methods that can succeed here: certificates need a proxy that tells of them."""
    missing = set()
    if http.client_certificate_header is None:
        missing.add("self_signed_tls_client_auth")
    if http.client_certificate_verified_header is None:
        missing.add("tls_client_auth")
    return tuple(method for method in METHODS if method not in missing)
