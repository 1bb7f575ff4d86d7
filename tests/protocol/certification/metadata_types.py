"""The members of provider metadata and their JSON types: OpenID Connect Discovery section 3, RFC
8414 section 2 and the registry that it founded, Session Management, logout, RFC 8705, 9101, 9126,
9207. A member that is not here is one that a certification suite warns about."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

URLS = frozenset(
    "issuer authorization_endpoint token_endpoint userinfo_endpoint jwks_uri registration_endpoint "
    "introspection_endpoint revocation_endpoint end_session_endpoint check_session_iframe "
    "pushed_authorization_request_endpoint device_authorization_endpoint service_documentation "
    "op_policy_uri op_tos_uri".split()
)
_LISTS = frozenset(
    "scopes_supported response_types_supported response_modes_supported grant_types_supported "
    "acr_values_supported subject_types_supported display_values_supported claim_types_supported "
    "claims_supported claims_locales_supported ui_locales_supported prompt_values_supported "
    "code_challenge_methods_supported".split()
)
_LISTS_OF_METHODS = frozenset(
    f"{endpoint}_endpoint_auth_{kind}_values_supported".replace("methods_values", "methods")
    for endpoint in ("token", "introspection", "revocation")
    for kind in ("methods", "signing_alg")
)
_LISTS_OF_ALGORITHMS = frozenset(
    f"{what}_{kind}_values_supported"
    for what in ("id_token", "userinfo", "request_object", "introspection", "authorization")
    for kind in ("signing_alg", "encryption_alg", "encryption_enc")
)
LISTS = _LISTS | _LISTS_OF_METHODS | _LISTS_OF_ALGORITHMS
BOOLEANS = frozenset(
    "claims_parameter_supported request_parameter_supported request_uri_parameter_supported "
    "require_request_uri_registration require_signed_request_object "
    "require_pushed_authorization_requests authorization_response_iss_parameter_supported "
    "frontchannel_logout_supported frontchannel_logout_session_supported "
    "backchannel_logout_supported backchannel_logout_session_supported "
    "tls_client_certificate_bound_access_tokens".split()
)
OBJECTS = frozenset({"mtls_endpoint_aliases"})


def judge_metadata(document: dict[str, Any]) -> None:
    """Every member is known and of its type."""
    assert document.keys() <= URLS | LISTS | BOOLEANS | OBJECTS
    for name, value in document.items():
        if name in URLS:
            parts = urlsplit(value)
            assert parts.scheme == "https" and parts.hostname and not parts.fragment, name
        elif name in BOOLEANS:
            assert type(value) is bool, name
        elif name in OBJECTS:
            assert isinstance(value, dict), name
        else:
            assert isinstance(value, list) and value, name
            assert all(isinstance(each, str) and each for each in value), name
            assert len(value) == len(set(value)), name
