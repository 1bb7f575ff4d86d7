"""A client that signs with keys of its own."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

ES256 = ECKey.generate_key("P-256", {"kid": "es", "use": "sig"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
ED25519 = OKPKey.generate_key("Ed25519", {"kid": "ed", "use": "sig"})
KEYS: dict[str, Key] = {
    "ES256": ES256,
    "RS256": RSA,
    "PS256": RSA,
    "EdDSA": ED25519,
    "Ed25519": ED25519,
}


def public_jwks(*keys: Key) -> dict[str, Any]:
    """Return the JWK Set of these keys, or of all."""
    return {"keys": [key.as_dict(private=False) for key in keys or (ES256, RSA, ED25519)]}


def sign(claims: dict[str, Any], alg: str = "ES256", key: Key | None = None, **header: Any) -> str:
    """Return a JWT; `header` adds members or, as None, leaves them out."""
    key = key or KEYS[alg]
    members = {"alg": alg, "kid": key.kid, **header}
    protected = {name: value for name, value in members.items() if value is not None}
    registry = JWSRegistry(algorithms=[alg], strict_check_header=False)
    return jwt.encode(protected, claims, key, registry=registry)


def unsigned(claims: dict[str, Any]) -> str:
    """Return a JWT with `alg` none."""
    return ".".join([_part({"alg": "none"}), _part(claims), ""])


def _part(document: dict[str, Any]) -> str:
    text = json.dumps(document).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def request_object(
    issuer: str, parameters: dict[str, Any], now: datetime, **changes: Any
) -> dict[str, Any]:
    """Return the claims of a request object (RFC 9101 section 4); None leaves one out."""
    issued = int(now.timestamp())
    claims = {
        "iss": parameters.get("client_id"),
        "aud": issuer,
        "iat": issued,
        "nbf": issued,
        "exp": issued + 300,
        **parameters,
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}
