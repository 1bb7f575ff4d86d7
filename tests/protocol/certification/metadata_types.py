"""The members of provider metadata and their JSON types.

Sources: OpenID Connect Discovery section 3, RFC 8414 section 2 and the registry that it founded
(Session Management, the logout specifications, RFC 8705, 9101, 9126, 9207, Prompt Create). A suite
warns about any other member.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

_CALLED_ENDPOINTS = ("token", "introspection", "revocation")
_ENDPOINTS = (
    *_CALLED_ENDPOINTS,
    *("authorization", "userinfo", "registration", "end_session", "device_authorization"),
    "pushed_authorization_request",
)
_PAGES = ("service_documentation", "op_policy_uri", "op_tos_uri")
URLS = frozenset(
    {
        *(f"{name}_endpoint" for name in _ENDPOINTS),
        *("issuer", "jwks_uri", "check_session_iframe"),
        *_PAGES,
    }
)
_LISTED = (
    *("scopes", "response_types", "response_modes", "grant_types", "acr_values", "subject_types"),
    *("display_values", "claim_types", "claims", "claims_locales", "ui_locales", "prompt_values"),
    "code_challenge_methods",
)
_PROTECTED = ("id_token", "userinfo", "request_object", "introspection", "authorization")
_WAYS = ("signing_alg", "encryption_alg", "encryption_enc")
LISTS = frozenset(
    {
        *(f"{name}_supported" for name in _LISTED),
        *(f"{what}_{way}_values_supported" for what in _PROTECTED for way in _WAYS),
        *(f"{name}_endpoint_auth_methods_supported" for name in _CALLED_ENDPOINTS),
        *(f"{name}_endpoint_auth_signing_alg_values_supported" for name in _CALLED_ENDPOINTS),
    }
)
_SUPPORTED = (
    *("claims_parameter", "request_parameter", "request_uri_parameter"),
    *("frontchannel_logout", "frontchannel_logout_session"),
    *("backchannel_logout", "backchannel_logout_session"),
    "authorization_response_iss_parameter",
)
BOOLEANS = frozenset(
    {
        *(f"{name}_supported" for name in _SUPPORTED),
        *("require_request_uri_registration", "require_signed_request_object"),
        "require_pushed_authorization_requests",
        "tls_client_certificate_bound_access_tokens",
    }
)
OBJECTS = frozenset({"mtls_endpoint_aliases"})


def judge_metadata(document: dict[str, Any]) -> None:
    """Every member is known and of its type."""
    unknown = document.keys() - URLS - LISTS - BOOLEANS - OBJECTS
    assert not unknown, unknown
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
