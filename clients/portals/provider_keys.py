"""The provider's public keys, fetched again when a token names one that is not known yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

PublicKey = ECKey | OKPKey | RSAKey
FetchJwks = Callable[[bool], Awaitable[Mapping[str, object]]]

SECONDS_BETWEEN_REFETCHES = 5.0


class ProviderKeys:
    """Finds a signature key by its `kid`.

    `fetch` returns the JWK Set; with True it must not answer from a cache. Anyone can post a token
    with an invented `kid`, so two fetches for unknown ones are at least `SECONDS_BETWEEN_REFETCHES`
    apart. A genuine token that meets this pause is refused, and the provider delivers it again.
    """

    def __init__(self, fetch: FetchJwks, now: Callable[[], float]) -> None:
        self._fetch = fetch
        self._now = now
        self._refetched_at = float("-inf")

    async def find(self, kid: str | None) -> PublicKey | None:
        """Return the key named `kid`, or None.

        Without a `kid` the only key of the set is meant (OpenID Connect Core 1.0, section 10.1).
        """
        key = _pick(await self._fetch(False), kid)
        if key is not None or self._now() - self._refetched_at < SECONDS_BETWEEN_REFETCHES:
            return key
        self._refetched_at = self._now()
        return _pick(await self._fetch(True), kid)


def _pick(jwks: Mapping[str, object], kid: str | None) -> PublicKey | None:
    listed = jwks.get("keys")
    keys = [key for key in map(_read, listed if isinstance(listed, list) else []) if key]
    if kid is None:
        return keys[0] if len(keys) == 1 else None
    return next((key for key in keys if key.kid == kid), None)


def _read(jwk: object) -> PublicKey | None:
    """Return a signature key, or None for what this portal cannot use.

    A set may hold keys of algorithms that this library does not know; they are for others. A
    shared secret (`oct`) in a public set would make HMAC forgeable and is never used.
    """
    if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig":
        return None
    try:
        key = JWKRegistry.import_key(jwk)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if isinstance(key, ECKey | OKPKey | RSAKey) else None
