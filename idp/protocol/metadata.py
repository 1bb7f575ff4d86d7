"""What this provider says of itself (RFC 8414, OpenID Connect Discovery section 3).

Derived from what is registered, so that it cannot say what is not so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idp.client_registry.algorithms import (
    CLIENT_MAC_ALGORITHMS,
    CLIENT_SIGNATURE_ALGORITHMS,
    CONTENT_ENCRYPTIONS,
    KEY_MANAGEMENT_ALGORITHMS,
)
from idp.client_registry.registration.client_information import PATH as REGISTRATION
from idp.keys.settings import KeySettings
from idp.middleware.settings import HttpSettings
from idp.protocol.authorization.checks.check_code_challenge import CODE_CHALLENGE_METHODS
from idp.protocol.authorization.checks.check_prompt import PROMPT_VALUES
from idp.protocol.authorization.checks.check_response_mode import RESPONSE_MODES
from idp.protocol.authorization.checks.check_response_type import offered_response_types
from idp.protocol.client_auth.offered import offered_methods
from idp.protocol.grants import GRANTS
from idp.tokens.claims import CLAIMS, SCOPES

PATHS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "userinfo_endpoint": "/userinfo",
    "jwks_uri": "/jwks",
    "introspection_endpoint": "/introspect",
    "revocation_endpoint": "/revoke",
    "pushed_authorization_request_endpoint": "/par",
    "end_session_endpoint": "/logout",
}
CHECK_SESSION_PATH = "/session/check"
# For clients that know of them from the documentation; no registered member names them.
UNPUBLISHED_PATHS = {"logout_deliveries_endpoint": "/logout/deliveries"}
_PROTOCOL_CLAIMS = (
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "sid",
    "at_hash",
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What settings decide about this provider. `compatibility` is the setting of that name."""

    issuer: str
    acr_values: tuple[str, ...]
    keys: KeySettings
    languages: tuple[str, ...]
    compatibility: bool
    http: HttpSettings
    registers_clients: bool = False
    manages_sessions: bool = False


def build(offer: Offer) -> dict[str, Any]:
    """Return the metadata document; the same serves OAuth and OpenID Connect clients."""
    algorithms = list(offer.keys.algorithms)
    issuer = offer.issuer
    return {
        "issuer": issuer,
        **{name: issuer + path for name, path in PATHS.items()},
        **({"registration_endpoint": issuer + REGISTRATION} if offer.registers_clients else {}),
        "scopes_supported": list(SCOPES),
        "response_types_supported": list(offered_response_types(compatibility=offer.compatibility)),
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": _grant_types(offer),
        "acr_values_supported": list(offer.acr_values),
        "subject_types_supported": ["pairwise", "public"],
        "id_token_signing_alg_values_supported": algorithms,
        **_client_authentication(offer),
        "claim_types_supported": ["normal"],
        "claims_supported": [*_PROTOCOL_CLAIMS, *(claim.name for claim in CLAIMS)],
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": offer.compatibility,
        "require_request_uri_registration": offer.compatibility,
        "request_object_signing_alg_values_supported": list(CLIENT_SIGNATURE_ALGORITHMS),
        "require_signed_request_object": False,
        "require_pushed_authorization_requests": False,
        "userinfo_signing_alg_values_supported": algorithms,
        "introspection_signing_alg_values_supported": algorithms,
        "id_token_encryption_alg_values_supported": list(KEY_MANAGEMENT_ALGORITHMS),
        "id_token_encryption_enc_values_supported": list(CONTENT_ENCRYPTIONS),
        "userinfo_encryption_alg_values_supported": list(KEY_MANAGEMENT_ALGORITHMS),
        "userinfo_encryption_enc_values_supported": list(CONTENT_ENCRYPTIONS),
        "code_challenge_methods_supported": list(CODE_CHALLENGE_METHODS),
        "prompt_values_supported": list(PROMPT_VALUES),
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
        **({"check_session_iframe": issuer + CHECK_SESSION_PATH} if offer.manages_sessions else {}),
        "ui_locales_supported": list(offer.languages),
    }


def _grant_types(offer: Offer) -> list[str]:
    at_the_token_endpoint = [grant.GRANT_TYPE for grant, _ in GRANTS]
    return [*at_the_token_endpoint, *(["implicit"] if offer.compatibility else [])]


def _client_authentication(offer: Offer) -> dict[str, list[str]]:
    """RFC 8414 section 2: for each endpoint its methods, and the algorithms of assertions."""
    methods = list(offered_methods(offer.http))
    with_proof = [method for method in methods if method != "none"]
    by_endpoint = {"token": methods, "introspection": with_proof, "revocation": methods}
    algorithms = [*CLIENT_SIGNATURE_ALGORITHMS, *CLIENT_MAC_ALGORITHMS]
    document: dict[str, list[str]] = {}
    for endpoint, accepted in by_endpoint.items():
        document[f"{endpoint}_endpoint_auth_methods_supported"] = accepted
        document[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] = algorithms
    return document
