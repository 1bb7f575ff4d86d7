"""Logout tokens of the running provider, genuine and otherwise."""

from __future__ import annotations

from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from idp.clock import epoch_seconds
from idp.keys.settings import SigningAlgorithm
from idp.tokens import jws
from tests.interop.registration import RegisteredClient
from tests.provider import RunningProvider

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYP = "logout+jwt"
FAULTS: dict[str, dict[str, Any]] = {
    "type": {"typ": "JWT"},
    "audience": {"aud": "another-portal"},
    "issuer": {"iss": "https://id.example.com"},
    "nonce": {"nonce": "n"},
    "event": {"events": {"https://example.com/event": {}}},
    "subject": {"sid": None, "sub": None},
    "expired": {"exp": 1},
    "jti": {"jti": None},
}
"""What can be wrong with a token that the provider itself has signed."""


def logout_token(
    provider: RunningProvider,
    client: RegisteredClient,
    *,
    alg: SigningAlgorithm = "ES256",
    typ: str = TYP,
    **changes: Any,
) -> str:
    """Return a token signed by the provider; None leaves a claim out."""
    claims = _claims(provider, client, changes)
    return jws.sign(provider.services.keys, alg, typ, claims)


def foreign_logout_token(provider: RunningProvider, client: RegisteredClient) -> str:
    """Return a token under a key that only calls itself the provider's."""
    kid = provider.services.keys.jwks()["keys"][0]["kid"]
    header = {"alg": "ES256", "kid": kid, "typ": TYP}
    key = ECKey.generate_key("P-256")
    return jwt.encode(header, _claims(provider, client, {}), key, algorithms=["ES256"])


def _claims(
    provider: RunningProvider, client: RegisteredClient, changes: dict[str, Any]
) -> dict[str, Any]:
    now = epoch_seconds(provider.clock.now())
    claims = {
        "iss": provider.url,
        "aud": client.client_id,
        "iat": now,
        "exp": now + 120,
        "jti": f"jti-{client.client_id}",
        "sub": "somebody",
        "sid": "nobody's session",
        "events": {EVENT: {}},
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}
