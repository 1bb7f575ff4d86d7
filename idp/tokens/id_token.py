"""ID tokens (OpenID Connect Core section 2)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from idp.clock import epoch_seconds

TYP = "JWT"


@dataclass(frozen=True, slots=True)
class IdTokenContent:
    """What an ID token says about one sign-in."""

    issuer: str
    subject: str
    client_id: str
    sid: str
    acr: str
    amr: tuple[str, ...]
    auth_time: datetime
    nonce: str | None
    access_token: str
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
        "at_hash": half_hash(content.access_token),
    }
    if content.nonce is not None:
        document["nonce"] = content.nonce
    return document


def half_hash(value: str) -> str:
    """Left half of SHA-256, base64url (OpenID Connect Core section 3.1.3.6; ES256, RS256)."""
    left = hashlib.sha256(value.encode("ascii")).digest()[:16]
    return base64.urlsafe_b64encode(left).rstrip(b"=").decode()
