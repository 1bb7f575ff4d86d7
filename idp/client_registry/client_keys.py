"""Finding a client's public keys, where `jwks_uri` says they are when they are not registered."""

from __future__ import annotations

from idp.client_registry.client import Client
from idp.client_registry.client_http import ClientHttp
from idp.client_registry.jwks import ClientKey, parse_registered_jwks
from idp.client_registry.published_keys import IsWanted, PublishedKeys
from idp.clock import Clock


class ClientKeys:
    """Public keys of clients."""

    def __init__(self, http: ClientHttp, clock: Clock) -> None:
        self._published = PublishedKeys(http.for_operators_clients, clock)
        self._strangers = PublishedKeys(http.for_strangers, clock)

    async def for_signature(
        self, client: Client, kid: str | None, alg: str
    ) -> tuple[ClientKey, ...]:
        """Return the keys that a signature of this client may have been made with.

        Without `kid` every fitting key is a candidate. Raises ClientKeysUnavailableError.
        """
        keys = await self._find(client, lambda key: key.made(alg, kid))
        return tuple(key for key in keys if key.made(alg, kid))

    async def for_encryption(self, client: Client, alg: str) -> ClientKey | None:
        """Return the newest key to encrypt to, the first of the set that fits.

        Raises ClientKeysUnavailableError.
        """
        keys = await self._find(client, lambda key: key.encrypts(alg))
        return next((key for key in keys if key.encrypts(alg)), None)

    async def has_certificate(self, client: Client, der: bytes) -> bool:
        """Whether a certificate is that of a key of the client; raises
        ClientKeysUnavailableError."""
        keys = await self._find(client, lambda key: key.has_certificate(der))
        return any(key.has_certificate(der) for key in keys)

    async def _find(self, client: Client, is_wanted: IsWanted) -> tuple[ClientKey, ...]:
        if client.metadata.jwks is not None:
            return parse_registered_jwks(client.metadata.jwks)
        uri = client.metadata.jwks_uri
        published = self._strangers if client.is_self_registered else self._published
        return await published.find(uri, is_wanted) if uri is not None else ()
