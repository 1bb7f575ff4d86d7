"""Public keys of clients (RFC 7517): read from what they registered or publish."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

PublicKey = RSAKey | ECKey | OKPKey

MAX_KEYS = 30
_RSA_BITS = range(2048, 8193)
_MAX_MEMBER_LENGTH = 8192
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
# Which key serves which algorithm: key type, and curve where there is one.
_FITTING: dict[str, frozenset[tuple[str, str | None]]] = {
    "RS256": frozenset({("RSA", None)}),
    "PS256": frozenset({("RSA", None)}),
    "ES256": frozenset({("EC", "P-256")}),
    "EdDSA": frozenset({("OKP", "Ed25519")}),
    "Ed25519": frozenset({("OKP", "Ed25519")}),
    "RSA-OAEP": frozenset({("RSA", None)}),
    "RSA-OAEP-256": frozenset({("RSA", None)}),
    **{
        alg: frozenset({("EC", "P-256"), ("EC", "P-384"), ("EC", "P-521"), ("OKP", "X25519")})
        for alg in ("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW")
    },
}


@dataclass(frozen=True, slots=True)
class ClientKey:
    """One public key of a client. `certificates` are base64 DER, its own first (`x5c`)."""

    kid: str | None
    use: str | None
    alg: str | None
    shape: tuple[str, str | None]
    public: PublicKey = field(repr=False)
    certificates: tuple[str, ...] = field(default=(), repr=False)

    def verifies(self, alg: str) -> bool:
        """Whether signatures with `alg` may be checked with this key."""
        return self.use in (None, "sig") and self._fits(alg)

    def made(self, alg: str, kid: str | None) -> bool:
        """Whether a signature that names `alg`, and perhaps a `kid`, may be this key's."""
        return self.verifies(alg) and kid in (None, self.kid)

    def encrypts(self, alg: str) -> bool:
        """Whether content may be encrypted to this key with `alg`."""
        return self.use in (None, "enc") and self._fits(alg)

    def has_certificate(self, der: bytes) -> bool:
        """Whether this is the key's own certificate, byte for byte (RFC 7517 section 4.7)."""
        return self.certificates[:1] == (base64.b64encode(der).decode(),)

    def _fits(self, alg: str) -> bool:
        return self.alg in (None, alg) and self.shape in _FITTING.get(alg, ())


def parse_registered_jwks(document: Mapping[str, Any]) -> tuple[ClientKey, ...]:
    """Return the keys of a registered JWK Set; raises ValueError when any of them is unusable."""
    members = _members(document)
    if not members:
        raise ValueError("is a JWK Set without keys")
    return tuple(_parse(member) for member in members)


def parse_published_jwks(document: Mapping[str, Any]) -> tuple[ClientKey, ...]:
    """Return the usable keys of a fetched JWK Set; others are passed over (RFC 7517 section 5).

    None at all is an answer too: they were withdrawn. Raises ValueError when it is not a JWK Set.
    """
    keys = []
    for member in _members(document):
        try:
            keys.append(_parse(member))
        except ValueError:
            continue
    return tuple(keys)


def _members(document: Mapping[str, Any]) -> list[Any]:
    members = document.get("keys")
    if not isinstance(members, list):
        raise ValueError("is not a JWK Set")
    if len(members) > MAX_KEYS:
        raise ValueError(f"has more than {MAX_KEYS} keys")
    return members


def _parse(member: Any) -> ClientKey:
    if not isinstance(member, dict) or not all(isinstance(name, str) for name in member):
        raise ValueError("has a member that is not a key")
    if _PRIVATE_MEMBERS & member.keys():
        raise ValueError("has a private or symmetric key, which must stay with its owner")
    if any(isinstance(v, str) and len(v) > _MAX_MEMBER_LENGTH for v in member.values()):
        raise ValueError("has a key that is too long")
    try:
        public = JWKRegistry.import_key(dict(member))
    except (JoseError, ValueError, TypeError, KeyError) as error:  # KeyError: of an unknown curve
        raise ValueError("has a key that cannot be read") from error
    if not isinstance(public, RSAKey | ECKey | OKPKey):
        raise ValueError("has a key of a kind that is not used here")
    if isinstance(public, RSAKey) and public.public_key.key_size not in _RSA_BITS:
        raise ValueError("has an RSA key of less than 2048 or more than 8192 bits")
    return ClientKey(
        kid=_text(member, "kid"),
        use=_text(member, "use"),
        alg=_text(member, "alg"),
        shape=(public.key_type, _text(member, "crv")),
        public=public,
        certificates=_certificates(member),
    )


def _text(member: Mapping[str, Any], name: str) -> str | None:
    value = member.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"has a key whose {name} is not a text")
    return value


def _certificates(member: Mapping[str, Any]) -> tuple[str, ...]:
    chain = member.get("x5c", [])
    if not isinstance(chain, list) or not all(isinstance(each, str) for each in chain):
        raise ValueError("has a key whose x5c is not a list of texts")
    return tuple(chain)
