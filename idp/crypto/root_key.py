"""The root key and the keys derived from it, one per purpose (HKDF-SHA-256, RFC 5869)."""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ROOT_KEY_BYTES = 32


class Purpose(StrEnum):
    """What a derived key may be used for; a key serves one purpose only."""

    FIELDS = "fields"
    BLIND_INDEX = "blind-index"
    SIGNING_KEYS = "signing-keys"
    SUBJECTS = "pairwise-subjects"
    COOKIES = "cookies"
    CSRF = "csrf"
    CLIENT_SECRETS = "client-secrets"
    ONE_TIME_CODES = "one-time-codes"
    AUTHORIZATION_CODES = "authorization-codes"
    REFRESH_TOKENS = "refresh-tokens"
    INTERACTIONS = "interactions"
    PUSHED_REQUESTS = "pushed-requests"
    REGISTRATIONS = "registrations"
    RECOVERIES = "recoveries"
    LOGOUT_RECEIPTS = "logout-receipts"
    NOTICES = "notices"
    NETWORK_ALIASES = "network-aliases"
    AUDIT = "audit"


class RootKey:
    """32 secret bytes from which every other symmetric key is derived."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != ROOT_KEY_BYTES:
            raise ValueError(f"the root key must be {ROOT_KEY_BYTES} bytes")
        self._secret = secret

    @classmethod
    def from_base64(cls, text: str) -> RootKey:
        """Read the key from base64 text; raises ValueError when it is not 32 bytes."""
        try:
            return cls(base64.b64decode(text, validate=True))
        except binascii.Error as error:
            raise ValueError("the root key must be base64") from error

    def derive(self, purpose: Purpose, context: str = "") -> bytes:
        """Return the 32-byte key for `purpose`, distinct for each `context`."""
        info = f"tongxing/v1/{purpose.value}/{context}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self._secret)

    def __repr__(self) -> str:
        return "RootKey(<secret>)"
