"""What this provider says of itself (RFC 8414, OpenID Connect Discovery section 3).

Derived from what is registered, so that it cannot say what is not so.
"""

from __future__ import annotations

from typing import Any

from idp.keys.settings import KeySettings
from idp.protocol.authorization.checks.check_code_challenge import CODE_CHALLENGE_METHODS
from idp.protocol.authorization.checks.check_prompt import PROMPT_VALUES
from idp.protocol.authorization.checks.check_response_mode import RESPONSE_MODES
from idp.protocol.authorization.checks.check_response_type import RESPONSE_TYPES
from idp.protocol.client_auth import METHODS
from idp.protocol.grants import GRANTS
from idp.tokens.claims import CLAIMS, SCOPES

PATHS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "userinfo_endpoint": "/userinfo",
    "jwks_uri": "/jwks",
    "introspection_endpoint": "/introspect",
    "revocation_endpoint": "/revoke",
    "end_session_endpoint": "/logout",
}
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
_SECRET_METHODS = tuple(method for method in METHODS if method != "none")


def build(
    issuer: str, acr_values: tuple[str, ...], keys: KeySettings, languages: tuple[str, ...]
) -> dict[str, Any]:
    """Return the metadata document; the same serves OAuth and OpenID Connect clients."""
    algorithms = list(keys.algorithms)
    return {
        "issuer": issuer,
        **{name: issuer + path for name, path in PATHS.items()},
        "scopes_supported": list(SCOPES),
        "response_types_supported": list(RESPONSE_TYPES),
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": [grant.GRANT_TYPE for grant, _ in GRANTS],
        "acr_values_supported": list(acr_values),
        "subject_types_supported": ["pairwise", "public"],
        "id_token_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": list(METHODS),
        "introspection_endpoint_auth_methods_supported": list(_SECRET_METHODS),
        "revocation_endpoint_auth_methods_supported": list(METHODS),
        "claim_types_supported": ["normal"],
        "claims_supported": [*_PROTOCOL_CLAIMS, *(claim.name for claim in CLAIMS)],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_request_uri_registration": False,
        "code_challenge_methods_supported": list(CODE_CHALLENGE_METHODS),
        "prompt_values_supported": list(PROMPT_VALUES),
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "ui_locales_supported": list(languages),
    }
