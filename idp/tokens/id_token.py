"""ID tokens (OpenID Connect Core section 2)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from idp.clock import epoch_seconds
from idp.keys.service import KeyRing
from idp.tokens import jws

TYP = "JWT"


@dataclass(frozen=True, slots=True)
class IdTokenContent:
    """What an ID token says about one sign-in, and which token and code came with it."""

    issuer: str
    subject: str
    client_id: str
    sid: str
    acr: str
    amr: tuple[str, ...]
    auth_time: datetime
    nonce: str | None
    access_token: str | None
    code: str | None
    claims: dict[str, Any]


def build(content: IdTokenContent, now: datetime, life_seconds: int) -> dict[str, Any]:
    """Return the claims of an ID token."""
    issued = epoch_seconds(now)
    document: dict[str, Any] = {
        **content.claims,
        "iss": content.issuer,
        "sub": content.subject,
        "aud": content.client_id,
        "iat": issued,
        "exp": issued + life_seconds,
        "auth_time": epoch_seconds(content.auth_time),
        "acr": content.acr,
        "amr": list(content.amr),
        "sid": content.sid,
    }
    if content.access_token is not None:
        document["at_hash"] = half_hash(content.access_token)
    if content.code is not None:
        document["c_hash"] = half_hash(content.code)
    if content.nonce is not None:
        document["nonce"] = content.nonce
    return document


def read_hint(keys: KeyRing, token: str) -> dict[str, Any]:
    """Return the claims of an ID token that this service signed, expired or not; raises
    NotOurTokenError.

    A signed userinfo response has the same type, but nothing says when it ends (R13).
    """
    claims = jws.verify(keys, token, TYP)
    if not {"exp", "auth_time", "sid"} <= claims.keys():
        raise jws.NotOurTokenError("not an ID token")
    return claims


def half_hash(value: str) -> str:
    """Left half of SHA-256, base64url, for ES256 and RS256 (Core sections 3.1.3.6, 3.3.2.11)."""
    left = hashlib.sha256(value.encode("ascii")).digest()[:16]
    return base64.urlsafe_b64encode(left).rstrip(b"=").decode()
