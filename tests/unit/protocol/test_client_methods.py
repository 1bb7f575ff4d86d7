"""The list of client authentication methods, and what an installation offers of it."""

from __future__ import annotations

from typing import get_args

from idp.client_registry.client_metadata import AuthMethod
from idp.middleware.settings import HttpSettings
from idp.protocol.client_auth import METHODS
from idp.protocol.client_auth.offered import offered_methods

CERTIFICATES = {
    "trusted_proxies": ["10.0.0.0/8"],
    "client_certificate_header": "Client-Cert",
}


def missing(**settings: object) -> set[str]:
    return set(METHODS) - set(offered_methods(HttpSettings.model_validate(settings)))


def test_every_method_that_can_be_registered_can_be_verified() -> None:
    assert set(METHODS) == set(get_args(AuthMethod))


def test_certificates_are_offered_as_far_as_the_proxy_tells_of_them() -> None:
    assert missing() == {"tls_client_auth", "self_signed_tls_client_auth"}
    assert missing(**CERTIFICATES) == {"tls_client_auth"}
    assert not missing(**CERTIFICATES, client_certificate_verified_header="X-Client-Verify")
