"""Authenticated encryption bound to its place: AES-256-GCM (NIST SP 800-38D).

A sealed value is `version(1) || nonce(12) || ciphertext || tag(16)`. The context (for example
`natural_persons|name|<subject>`) is authenticated, so a ciphertext moved to another column, row
or person does not open.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from idp.crypto.root_key import Purpose, RootKey

_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16


class SealBrokenError(Exception):
    """The ciphertext was altered, moved, or sealed under another key."""


def seal(key: bytes, plaintext: bytes, context: str) -> bytes:
    """Encrypt `plaintext` under a 32-byte `key`, bound to `context`."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """Decrypt what `seal` made; raises SealBrokenError."""
    if len(sealed) < 1 + _NONCE_BYTES + _TAG_BYTES or sealed[:1] != _VERSION:
        raise SealBrokenError("not a sealed value")
    nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, context.encode())
    except InvalidTag as error:
        raise SealBrokenError("the sealed value does not open here") from error


class SubjectKeys:
    """Data keys, one per person or entity, wrapped by the key-encryption key for fields.

    Destroying a wrapped key shreds everything that was sealed under it.
    """

    def __init__(self, root: RootKey) -> None:
        self._kek = root.derive(Purpose.FIELDS)

    def new(self, subject_id: str) -> tuple[bytes, bytes]:
        """Return (data key, wrapped data key) for a new subject."""
        key = secrets.token_bytes(32)
        return key, seal(self._kek, key, f"dek|{subject_id}")

    def unwrap(self, subject_id: str, wrapped: bytes) -> bytes:
        """Return the data key; raises SealBrokenError when it belongs to another subject."""
        return unseal(self._kek, wrapped, f"dek|{subject_id}")
