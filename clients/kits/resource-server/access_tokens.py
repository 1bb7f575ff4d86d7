"""Access tokens of Tongxing (通行), checked where they are used.

RFC 9068 (JWT access tokens), RFC 6750 (how a bearer token is refused), RFC 9470 (step-up).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx2
from cachetools import TTLCache
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ["ES256", "RS256"]
TYPES = ("at+jwt", "application/at+jwt")
LEVELS = tuple(f"urn:tongxing:acr:l{level}" for level in (1, 2, 3, 4))
LEEWAY_SECONDS = 30
KEYS_SECONDS = 3600
NEW_LOOK_SECONDS = 30


class ChallengeError(Exception):
    """The request is refused; `header` is the `WWW-Authenticate` that says why."""

    def __init__(self, status: int, **parameters: str) -> None:
        self.status = status
        self.error = parameters.get("error", "")
        listed = ", ".join(f'{name}="{value}"' for name, value in parameters.items())
        self.header = f"Bearer {listed}".rstrip()
        super().__init__(self.error)


def require_scope(claims: Mapping[str, Any], scope: str) -> None:
    """Refuse a token that was not given for `scope` (RFC 6750 section 3.1)."""
    if scope not in str(claims.get("scope", "")).split():
        raise ChallengeError(403, error="insufficient_scope", scope=scope)


def require_authentication(
    claims: Mapping[str, Any], *, level: str = LEVELS[0], max_age: int | None = None
) -> None:
    """Refuse a sign-in below `level`, or older than `max_age` seconds (RFC 9470 section 3).

    The client sends the person to the provider again, with these `acr_values` and `max_age`.
    """
    accepted = LEVELS[LEVELS.index(level) :]
    wanted: dict[str, str] = {}
    if claims.get("acr") not in accepted:
        wanted["acr_values"] = " ".join(accepted)
    auth_time = claims.get("auth_time")
    if max_age is not None and not (
        isinstance(auth_time, int) and time.time() - auth_time <= max_age + LEEWAY_SECONDS
    ):
        wanted["max_age"] = str(max_age)
    if wanted:
        raise ChallengeError(401, error="insufficient_user_authentication", **wanted)


class AccessTokens:
    """Reads the tokens that `issuer` signed for `audience`."""

    def __init__(self, issuer: str, audience: str, http: httpx2.AsyncClient) -> None:
        self._issuer = issuer
        self._http = http
        self._keys: TTLCache[str, dict[str, Any]] = TTLCache(1, KEYS_SECONDS)
        self._new_look: TTLCache[str, bool] = TTLCache(1, NEW_LOOK_SECONDS)
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            client_id={"essential": True},
        )

    async def read(self, authorization: str | None) -> Mapping[str, Any]:
        """Return the claims of the token in an `Authorization` header (RFC 9068 section 4).

        Raises:
            ChallengeError: there is no token, or none that is good here.
            httpx2.HTTPError: the provider's keys cannot be fetched.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            raise ChallengeError(401)  # nothing was tried, so nothing is called an error
        try:
            header = jws.extract_compact(token.encode("ascii")).headers()
            if str(header.get("typ")).lower() not in TYPES:
                raise ChallengeError(401, error="invalid_token")  # an ID token, for instance
            keys = await self._keys_with(header.get("kid"))
            claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            self._claims.validate(claims)
        except (JoseError, ValueError) as error:
            raise ChallengeError(401, error="invalid_token") from error
        return claims

    async def _keys_with(self, kid: object) -> KeySet:
        """Return the provider's keys. An unknown key leads to one new look, not one per request."""
        known = [key.get("kid") for key in self._keys.get("jwks", {"keys": []})["keys"]]
        if "jwks" not in self._keys or (kid not in known and not self._new_look):
            self._new_look["taken"] = True
            metadata = await self._fetch(f"{self._issuer}/.well-known/openid-configuration")
            self._keys["jwks"] = await self._fetch(metadata["jwks_uri"])
        return KeySet.import_key_set(self._keys["jwks"])

    async def _fetch(self, url: str) -> dict[str, Any]:
        answer = await self._http.get(url)
        answer.raise_for_status()
        document: dict[str, Any] = answer.json()
        return document
