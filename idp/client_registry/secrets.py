"""Client secrets: 256 random bits, kept as a keyed hash, shown once (R24).

A client that computes MACs with its secret (`client_secret_jwt`) leaves us no choice but to be able
to compute them too: of such a client alone a sealed copy is kept, bound to its client id.
"""

from __future__ import annotations

import hashlib
import hmac

from idp.client_registry.client_metadata import ClientMetadata
from idp.crypto.envelope import seal, unseal
from idp.crypto.root_key import Purpose, RootKey

MINIMUM_LENGTH = 32


class ClientSecrets:
    """Hashes and checks client secrets.

    The secrets are random, so a fast keyed hash is enough; it also keeps the token endpoint from
    being a place where anybody can make the server compute slow hashes.
    """

    def __init__(self, root: RootKey) -> None:
        self._key = root.derive(Purpose.CLIENT_SECRETS)
        self._sealing_key = root.derive(Purpose.CLIENT_SECRETS, "sealed")

    def hash(self, client_id: str, secret: str) -> bytes:
        """Return the 32 bytes to store."""
        return hmac.digest(self._key, f"{client_id}\x00{secret}".encode(), hashlib.sha256)

    def is_right(self, client_id: str, secret: str, stored: bytes | None) -> bool:
        """Whether `secret` is the client's, in constant time."""
        return stored is not None and hmac.compare_digest(self.hash(client_id, secret), stored)

    def columns(self, metadata: ClientMetadata, secret: str | None) -> dict[str, bytes | None]:
        """Return what is stored of a client's secret, by column."""
        if secret is None:
            return {"secret_hash": None, "secret_sealed": None}
        client_id = metadata.client_id
        sealed = self.seal(client_id, secret) if metadata.needs_sealed_secret else None
        return {"secret_hash": self.hash(client_id, secret), "secret_sealed": sealed}

    def seal(self, client_id: str, secret: str) -> bytes:
        """Return the secret encrypted, for a client that computes MACs with it."""
        return seal(self._sealing_key, secret.encode(), f"clients|secret|{client_id}")

    def open(self, client_id: str, sealed: bytes) -> str:
        """Return a sealed secret; raises SealBrokenError."""
        return unseal(self._sealing_key, sealed, f"clients|secret|{client_id}").decode()
