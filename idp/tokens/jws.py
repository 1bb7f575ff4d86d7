"""Signing and checking compact JWS with the key ring (RFC 7515, RFC 7519)."""

from __future__ import annotations

from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError

from idp.keys.service import KeyRing
from idp.keys.settings import SigningAlgorithm

_MAX_TOKEN_LENGTH = 8192
_HEADER_MEMBERS = frozenset({"alg", "kid", "typ"})


class NotOurTokenError(Exception):
    """A token that this service did not sign, or that is not of the expected type."""


def sign(keys: KeyRing, alg: SigningAlgorithm, typ: str, claims: dict[str, Any]) -> str:
    """Return a compact JWS of `claims` under the current key for `alg`."""
    key = keys.signer(alg)
    header = {"alg": alg, "kid": key.kid, "typ": typ}
    return jwt.encode(header, claims, key.private, algorithms=[alg])


def verify(keys: KeyRing, token: str, typ: str) -> dict[str, Any]:
    """Return the claims of a JWS that this service signed as `typ`; raises NotOurTokenError.

    Only the signature and the type are checked here; dates and audiences are the caller's.
    Headers with anything but alg, kid and typ are refused: no embedded key, no remote key, no
    critical extension (R17).
    """
    if len(token) > _MAX_TOKEN_LENGTH:
        raise NotOurTokenError("too long")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as error:
        raise NotOurTokenError("not a compact JWS") from error
    kid, alg = header.get("kid"), header.get("alg")
    if set(header) - _HEADER_MEMBERS or header.get("typ") != typ:
        raise NotOurTokenError("unexpected header")
    key = keys.verifier(kid, alg) if isinstance(kid, str) and isinstance(alg, str) else None
    if key is None:
        raise NotOurTokenError("unknown key")
    try:
        return dict(jwt.decode(token, key.private, algorithms=[key.alg]).claims)
    except (JoseError, ValueError) as error:
        raise NotOurTokenError("wrong signature") from error
