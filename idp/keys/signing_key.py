"""One signing key."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey, KeyParameters, RSAKey

from idp.crypto.envelope import seal, unseal
from idp.keys.settings import SigningAlgorithm

PrivateKey = ECKey | RSAKey

_RSA_BITS = 2048
_SHA256 = SHA256()
_ECDSA = ECDSA(_SHA256)
_PKCS1 = PKCS1v15()
_COORDINATE_BYTES = 32


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
    _signs: EllipticCurvePrivateKey | RSAPrivateKey = field(init=False, repr=False)
    _verifies: EllipticCurvePublicKey | RSAPublicKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_signs", self.private.get_op_key("sign"))
        object.__setattr__(self, "_verifies", self.private.get_op_key("verify"))

    def sign(self, message: bytes) -> bytes:
        """Return the signature of `message` under this key's `alg` (RFC 7518 section 3)."""
        key = self._signs
        if isinstance(key, RSAPrivateKey):
            return key.sign(message, _PKCS1, _SHA256)
        r, s = decode_dss_signature(key.sign(message, _ECDSA))
        return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's under `message`."""
        key = self._verifies
        try:
            if isinstance(key, RSAPublicKey):
                key.verify(signature, message, _PKCS1, _SHA256)
            else:
                key.verify(_as_der(signature), message, _ECDSA)
        except InvalidSignature:
            return False
        return True

    def is_published(self, now: datetime) -> bool:
        """Whether verifiers should find this key in the JWK Set."""
        if self.revoked_at is not None:
            return False
        return self.published_until is None or now < self.published_until

    def may_sign(self, now: datetime) -> bool:
        """Whether this key may make a signature now."""
        return self.is_published(now) and self.active_from <= now


def _as_der(signature: bytes) -> bytes:
    """JOSE writes an ECDSA signature as two numbers of fixed length (RFC 7518 section 3.4)."""
    if len(signature) != 2 * _COORDINATE_BYTES:
        raise InvalidSignature
    r, s = signature[:_COORDINATE_BYTES], signature[_COORDINATE_BYTES:]
    return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


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
