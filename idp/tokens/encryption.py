"""Encrypting what a client gets to a key of its own (OpenID Connect Core section 10.2, RFC 7516).

Signed first, then encrypted. The key is looked up before anything one-time is claimed, so that a
client whose keys cannot be had loses nothing by it.
"""

from __future__ import annotations

from dataclasses import dataclass

from joserfc import jwe
from joserfc.errors import JoseError

from idp.client_registry.algorithms import DEFAULT_CONTENT_ENCRYPTION
from idp.client_registry.client import Client
from idp.client_registry.client_keys import ClientKeys
from idp.client_registry.jwks import ClientKey
from idp.errors import TongxingError


class NoEncryptionKeyError(TongxingError):
    """A client registered for encrypted responses publishes no key that fits."""

    code = "invalid_request"

    def __init__(self, alg: str) -> None:
        super().__init__(f"The client publishes no key to encrypt to with {alg}")


@dataclass(frozen=True, slots=True)
class Encrypter:
    """Encrypts to one key of one client."""

    key: ClientKey
    alg: str
    enc: str

    def seal_jwt(self, token: str) -> str:
        """Return a signed JWT encrypted (RFC 7519 section 5.2: `cty` says that there is one)."""
        return self._seal(token.encode(), {"cty": "JWT"})

    def seal_claims(self, claims: bytes) -> str:
        """Return a JSON document encrypted."""
        return self._seal(claims, {})

    def _seal(self, content: bytes, header: dict[str, str]) -> str:
        header = {"alg": self.alg, "enc": self.enc, **header}
        if self.key.kid is not None:
            header["kid"] = self.key.kid
        algorithms = [self.alg, self.enc]
        try:
            return jwe.encrypt_compact(header, content, self.key.public, algorithms=algorithms)
        except (JoseError, ValueError, TypeError) as error:
            raise NoEncryptionKeyError(self.alg) from error


class ResponseEncryption:
    """Finds out whether and how a client's responses are encrypted."""

    def __init__(self, keys: ClientKeys) -> None:
        self._keys = keys

    async def for_id_tokens(self, client: Client) -> Encrypter | None:
        """Return how to encrypt ID tokens, None when they are not. Raises NoEncryptionKeyError,
        ClientKeysUnavailableError."""
        metadata = client.metadata
        return await self._encrypter(
            client,
            metadata.id_token_encrypted_response_alg,
            metadata.id_token_encrypted_response_enc,
        )

    async def for_userinfo(self, client: Client) -> Encrypter | None:
        """Return how to encrypt userinfo, None when it is not. Raises NoEncryptionKeyError,
        ClientKeysUnavailableError."""
        metadata = client.metadata
        return await self._encrypter(
            client,
            metadata.userinfo_encrypted_response_alg,
            metadata.userinfo_encrypted_response_enc,
        )

    async def _encrypter(
        self, client: Client, alg: str | None, enc: str | None
    ) -> Encrypter | None:
        if alg is None:
            return None
        key = await self._keys.for_encryption(client, alg)
        if key is None:
            raise NoEncryptionKeyError(alg)
        encrypter = Encrypter(key, alg, enc or DEFAULT_CONTENT_ENCRYPTION)
        # Not every key that can be read can be used: a modulus may be even, a point of low order,
        # `key_ops` may forbid it. Found out now, nothing has been claimed yet.
        encrypter.seal_claims(b"{}")
        return encrypter
