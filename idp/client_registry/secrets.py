"""Client secrets: 256 random bits, kept as a keyed hash, shown once (R24)."""

from __future__ import annotations

import hashlib
import hmac

from idp.crypto.root_key import Purpose, RootKey

MINIMUM_LENGTH = 32


class ClientSecrets:
    """Hashes and checks client secrets.

    The secrets are random, so a fast keyed hash is enough; it also keeps the token endpoint from
    being a place where anybody can make the server compute slow hashes.
    """

    def __init__(self, root: RootKey) -> None:
        self._key = root.derive(Purpose.CLIENT_SECRETS)

    def hash(self, client_id: str, secret: str) -> bytes:
        """Return the 32 bytes to store."""
        return hmac.digest(self._key, f"{client_id}\x00{secret}".encode(), hashlib.sha256)

    def is_right(self, client_id: str, secret: str, stored: bytes | None) -> bool:
        """Whether `secret` is the client's, in constant time."""
        return stored is not None and hmac.compare_digest(self.hash(client_id, secret), stored)
