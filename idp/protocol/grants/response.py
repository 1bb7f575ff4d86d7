"""The successful token response (RFC 6749 section 5.1)."""

from __future__ import annotations

from typing import Any

from idp.tokens.issuer import TokenSet

TokenResponse = tuple[int, dict[str, Any], list[tuple[str, str]]]
"""Status, body and headers, as Authlib's endpoints return them."""

NO_STORE = [
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("Pragma", "no-cache"),
]


def token_response(tokens: TokenSet) -> TokenResponse:
    """Write a token set down."""
    body: dict[str, Any] = {
        "access_token": tokens.access_token,
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
    }
    if tokens.scope:
        body["scope"] = tokens.scope
    if tokens.id_token is not None:
        body["id_token"] = tokens.id_token
    if tokens.refresh_token is not None:
        body["refresh_token"] = tokens.refresh_token
    return 200, body, NO_STORE
