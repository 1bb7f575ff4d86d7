"""Access tokens as JWTs (RFC 9068)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from idp.clock import epoch_seconds
from idp.crypto.identifiers import new_secret
from idp.tokens.errors import InvalidTokenError
from idp.tokens.family import TokenFamily

TYP = "at+jwt"
_JTI_BYTES = 16
_FAMILY = "fam"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A genuine access token of ours that has not expired. Revocation is not looked up yet."""

    jti: str
    family_id: str
    client_id: str
    subject: str
    scope: str
    audience: str
    issued_at: datetime
    expires_at: datetime


def build(
    issuer: str, subject: str, family: TokenFamily, scope: str, now: datetime, life_seconds: int
) -> dict[str, Any]:
    """Return the claims of an access token (RFC 9068 section 2.2), good at this issuer only."""
    issued = epoch_seconds(now)
    return {
        "iss": issuer,
        "aud": issuer,
        "sub": subject,
        "client_id": family.client_id,
        "scope": scope,
        "iat": issued,
        "exp": issued + life_seconds,
        "jti": new_secret(_JTI_BYTES),
        "auth_time": epoch_seconds(family.auth_time),
        "acr": family.acr,
        _FAMILY: family.id,
    }


def read(claims: dict[str, Any], issuer: str, now: datetime) -> AccessToken:
    """Check dates and audience of verified claims; raises InvalidTokenError."""
    if claims.get("iss") != issuer or claims.get("aud") != issuer:
        raise InvalidTokenError("The access token is not meant for this service")
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    if now >= expires_at:
        raise InvalidTokenError("The access token expired")
    return AccessToken(
        jti=claims["jti"],
        family_id=claims[_FAMILY],
        client_id=claims["client_id"],
        subject=claims["sub"],
        scope=claims["scope"],
        audience=claims["aud"],
        issued_at=datetime.fromtimestamp(claims["iat"], UTC),
        expires_at=expires_at,
    )
