"""One signing key."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from joserfc.jwk import ECKey, KeyParameters, RSAKey

from idp.crypto.envelope import seal, unseal
from idp.keys.settings import SigningAlgorithm

PrivateKey = ECKey | RSAKey

_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key with its dates. The private part never leaves this object but to sign."""

    kid: str
    alg: SigningAlgorithm
    public_jwk: dict[str, Any]
    created_at: datetime
    active_from: datetime
    published_until: datetime | None
    revoked_at: datetime | None
    private: PrivateKey = field(repr=False)

    def is_published(self, now: datetime) -> bool:
        """Whether verifiers should find this key in the JWK Set."""
        if self.revoked_at is not None:
            return False
        return self.published_until is None or now < self.published_until

    def may_sign(self, now: datetime) -> bool:
        """Whether this key may make a signature now."""
        return self.is_published(now) and self.active_from <= now


def generate(alg: SigningAlgorithm) -> PrivateKey:
    """Make a new private key for `alg`, with its RFC 7638 thumbprint as `kid`."""
    parameters: KeyParameters = {"use": "sig", "alg": alg}
    if alg == "ES256":
        return ECKey.generate_key("P-256", parameters, private=True, auto_kid=True)
    return RSAKey.generate_key(_RSA_BITS, parameters, private=True, auto_kid=True)


def seal_private(key: bytes, private: PrivateKey, kid: str) -> bytes:
    """Encrypt the private JWK for storage."""
    document = json.dumps(private.as_dict(private=True)).encode()
    return seal(key, document, f"signing_keys|private|{kid}")


def open_private(key: bytes, sealed: bytes, kid: str, alg: SigningAlgorithm) -> PrivateKey:
    """Decrypt a stored private JWK; raises SealBrokenError."""
    document = json.loads(unseal(key, sealed, f"signing_keys|private|{kid}"))
    if alg == "ES256":
        return ECKey.import_key(document)
    return RSAKey.import_key(document)
