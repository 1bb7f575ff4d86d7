"""Verification of logout tokens: OpenID Connect Back-Channel Logout 1.0, sections 2.4 and 2.6."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from joserfc import jws, jwt
from joserfc.errors import JoseError

from clients.portals.errors import LogoutTokenError
from clients.portals.provider_keys import ProviderKeys

EVENT = "http://schemas.openid.net/event/backchannel-logout"
ALGORITHMS = ("ES256", "ES384", "PS256", "RS256", "EdDSA")
TYPES = frozenset({"logout+jwt", "application/logout+jwt", "jwt"})
CLOCK_SKEW_SECONDS = 60
MAXIMUM_AGE_SECONDS = 15 * 60


@dataclass(frozen=True)
class LogoutNotice:
    """A proven message that the provider ended a session (`sid`), or all of a subject's."""

    subject: str | None = field(repr=False)
    sid: str | None = field(repr=False)


class LogoutTokenVerifier:
    """Believes a logout token once, if the provider signed it for this client."""

    def __init__(
        self, issuer: str, client_id: str, keys: ProviderKeys, now: Callable[[], float]
    ) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self.keys = keys
        self.now = now
        self._seen: dict[str, float] = {}

    async def verify(self, token: str) -> LogoutNotice:
        """Return what `token` asks for, or raise LogoutTokenError.

        Raises ProviderUnavailableError if the keys cannot be fetched: that says nothing about
        the token, which may be delivered again.
        """
        claims = await self._verify_signature(token)
        self._check_parties(claims)
        expires_at = self._check_times(claims)
        _check_purpose(claims)
        notice = LogoutNotice(_text_or_none(claims, "sub"), _text_or_none(claims, "sid"))
        if notice.subject is None and notice.sid is None:
            raise LogoutTokenError("neither sub nor sid is present")
        self._accept_once(claims, expires_at)
        return notice

    async def _verify_signature(self, token: str) -> Mapping[str, object]:
        try:
            header = jws.extract_compact(token.encode("ascii")).headers()
        except (JoseError, ValueError) as error:
            raise LogoutTokenError("not a signed JWT") from error
        kind = header.get("typ")
        if kind is not None and (not isinstance(kind, str) or kind.lower() not in TYPES):
            raise LogoutTokenError("the typ header names another kind of token")
        kid = header.get("kid")
        if kid is not None and not isinstance(kid, str):
            raise LogoutTokenError("the kid header is not a string")
        key = await self.keys.find(kid)
        if key is None:
            raise LogoutTokenError("signed with a key the provider does not publish")
        try:
            return jwt.decode(token, key, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError) as error:
            raise LogoutTokenError("the signature cannot be verified") from error

    def _check_parties(self, claims: Mapping[str, object]) -> None:
        if claims.get("iss") != self.issuer:
            raise LogoutTokenError("iss is not our provider")
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if self.client_id not in audiences:
            raise LogoutTokenError("aud is not this client")

    def _check_times(self, claims: Mapping[str, object]) -> float:
        issued_at, expires_at = _seconds(claims, "iat"), _seconds(claims, "exp")
        now = self.now()
        if issued_at > now + CLOCK_SKEW_SECONDS:
            raise LogoutTokenError("iat is in the future")
        if expires_at <= now - CLOCK_SKEW_SECONDS:
            raise LogoutTokenError("expired")
        # Bounds how long a jti must be remembered, whatever exp says.
        if issued_at <= now - MAXIMUM_AGE_SECONDS:
            raise LogoutTokenError("issued too long ago")
        return issued_at + MAXIMUM_AGE_SECONDS

    def _accept_once(self, claims: Mapping[str, object], forget_after: float) -> None:
        """Section 2.6 step 7; last of all, so that a refused token leaves no trace."""
        jti = _text_or_none(claims, "jti")
        if jti is None:
            raise LogoutTokenError("jti is missing")
        now = self.now()
        self._seen = {known: until for known, until in self._seen.items() if until > now}
        if jti in self._seen:
            raise LogoutTokenError("jti was used before")
        self._seen[jti] = forget_after


def _check_purpose(claims: Mapping[str, object]) -> None:
    """`events` makes it a logout token; a `nonce` would make it usable as an ID token."""
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise LogoutTokenError("events does not name a back-channel logout")
    if "nonce" in claims:
        raise LogoutTokenError("nonce is present")


def _seconds(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LogoutTokenError(f"{name} is missing or not a number")
    return float(value)


def _text_or_none(claims: Mapping[str, object], name: str) -> str | None:
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        raise LogoutTokenError(f"{name} is not a string")
    return value
