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
    """A genuine access token of ours that has not expired. Revocation is not looked up yet.

    `family_id` is None for a token that a client got for itself.
    """

    jti: str
    family_id: str | None
    client_id: str
    subject: str
    scope: str
    audience: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """What an access token is good for: where, for whom, and for how long."""

    issuer: str
    audience: tuple[str, ...]
    subject: str
    client_id: str
    scope: str
    life_seconds: int


def build(grant: Grant, family: TokenFamily | None, now: datetime) -> dict[str, Any]:
    """Return the claims of an access token (RFC 9068 section 2.2).

    Without a family it is the client's own: nobody signed in (section 2.2: `sub` is the client).
    """
    issued = epoch_seconds(now)
    document: dict[str, Any] = {
        "iss": grant.issuer,
        "aud": grant.audience[0] if len(grant.audience) == 1 else list(grant.audience),
        "sub": grant.subject,
        "client_id": grant.client_id,
        "iat": issued,
        "exp": issued + grant.life_seconds,
        "jti": new_secret(_JTI_BYTES),
    }
    if grant.scope:
        document["scope"] = grant.scope
    if family is not None:
        document["auth_time"] = epoch_seconds(family.auth_time)
        document["acr"] = family.acr
        document[_FAMILY] = family.id
    return document


def read(claims: dict[str, Any], issuer: str, now: datetime) -> AccessToken:
    """Check issuer and dates of verified claims; raises InvalidTokenError."""
    if claims.get("iss") != issuer:
        raise InvalidTokenError("The access token is not of this service")
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    if now >= expires_at:
        raise InvalidTokenError("The access token expired")
    audience = claims["aud"]
    return AccessToken(
        jti=claims["jti"],
        family_id=claims.get(_FAMILY),
        client_id=claims["client_id"],
        subject=claims["sub"],
        scope=claims.get("scope", ""),
        audience=(audience,) if isinstance(audience, str) else tuple(audience),
        issued_at=datetime.fromtimestamp(claims["iat"], UTC),
        expires_at=expires_at,
    )
