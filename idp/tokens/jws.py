"""Signing and checking compact JWS with the key ring (RFC 7515, RFC 7519).

Written out, because every token response makes two and every userinfo request checks one: a
general library looks at each for much that cannot occur here.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import Any

import orjson

from idp.keys.service import KeyRing
from idp.keys.settings import SigningAlgorithm
from idp.keys.signing_key import SigningKey

_MAX_TOKEN_LENGTH = 8192
_HEADER_MEMBERS = frozenset({"alg", "kid", "typ"})


class NotOurTokenError(Exception):
    """A token that this service did not sign, or that is not of the expected type."""


def sign(keys: KeyRing, alg: SigningAlgorithm, typ: str, claims: dict[str, Any]) -> str:
    """Return a compact JWS of `claims` under the current key for `alg`."""
    key = keys.signer(alg)
    message = _header(alg, key.kid, typ) + b"." + _encode(orjson.dumps(claims))
    return (message + b"." + _encode(key.sign(message))).decode("ascii")


def verify(keys: KeyRing, token: str, typ: str) -> dict[str, Any]:
    """Return the claims of a JWS that this service signed as `typ`; raises NotOurTokenError.

    Only the signature and the type are checked here; dates and audiences are the caller's.
    Headers with anything but alg, kid and typ are refused: no embedded key, no remote key, no
    critical extension (R17). So is any spelling of the parts but the canonical one.
    """
    if len(token) > _MAX_TOKEN_LENGTH:
        raise NotOurTokenError("too long")
    try:
        message, _, last = token.encode("ascii").rpartition(b".")
        first, _, middle = message.partition(b".")
        header, payload, signature = orjson.loads(_decode(first)), _decode(middle), _decode(last)
    except ValueError as error:  # not ASCII, not base64url, not JSON
        raise NotOurTokenError("not a compact JWS") from error
    if not _find_key(keys, header, typ).has_signed(message, signature):
        raise NotOurTokenError("wrong signature")
    try:
        claims = orjson.loads(payload)
    except ValueError as error:
        raise NotOurTokenError("not JSON") from error
    if not isinstance(claims, dict):
        raise NotOurTokenError("no claims")
    return claims


def _find_key(keys: KeyRing, header: Any, typ: str) -> SigningKey:
    if not isinstance(header, dict) or header.keys() != _HEADER_MEMBERS or header["typ"] != typ:
        raise NotOurTokenError("unexpected header")
    kid, alg = header["kid"], header["alg"]
    key = keys.verifier(kid, alg) if isinstance(kid, str) and isinstance(alg, str) else None
    if key is None:
        raise NotOurTokenError("unknown key")
    return key


@lru_cache(maxsize=64)
def _header(alg: str, kid: str, typ: str) -> bytes:
    return _encode(orjson.dumps({"alg": alg, "kid": kid, "typ": typ}))


def _encode(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _decode(part: bytes) -> bytes:
    """Read base64url without padding (RFC 7515 section 2) in its one canonical spelling: neither
    other characters nor other bits after the last byte. Raises ValueError."""
    content = base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    if _encode(content) != part:
        raise binascii.Error("not canonical")
    return content
