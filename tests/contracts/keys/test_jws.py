"""What we sign, a general library verifies; what is spelt otherwise, we do not take for ours."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from joserfc import jwt
from joserfc.jwk import KeySet

from idp.clock import ManualClock
from idp.keys.service import KeyRing
from idp.keys.settings import SigningAlgorithm
from idp.storage.database import Database
from idp.tokens import jws
from tests.contracts.keys.test_key_ring import ring
from tests.contracts.rooms import START

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CLAIMS: dict[str, Any] = {"iss": "https://id.example", "name": "张伟", "exp": 2_000_000_000}


@pytest_asyncio.fixture
async def keys(database: Database) -> KeyRing:
    keys = ring(database, ManualClock(START))
    await keys.ensure()
    return keys


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
async def test_a_general_library_verifies_what_we_sign(
    keys: KeyRing, alg: SigningAlgorithm
) -> None:
    token = jws.sign(keys, alg, "at+jwt", CLAIMS)
    published = KeySet.import_key_set(json.loads(json.dumps(keys.jwks())))
    read = jwt.decode(token, published, algorithms=[alg])
    assert read.claims == CLAIMS
    assert read.header == {"alg": alg, "kid": keys.signer(alg).kid, "typ": "at+jwt"}


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
async def test_we_verify_what_a_general_library_signs_with_our_key(
    keys: KeyRing, alg: SigningAlgorithm
) -> None:
    """As earlier releases did."""
    key = keys.signer(alg)
    header = {"typ": "at+jwt", "alg": alg, "kid": key.kid}
    token = jwt.encode(header, CLAIMS, key.private, algorithms=[alg])
    assert jws.verify(keys, token, "at+jwt") == CLAIMS


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _signed(keys: KeyRing, payload: bytes = b"{}", **header: Any) -> str:
    """Return a token with our signature under any header and payload."""
    key = keys.signer("ES256")
    written = {"alg": "ES256", "kid": key.kid, "typ": "at+jwt", **header}
    kept = {name: value for name, value in written.items() if value is not None}
    message = f"{_encode(json.dumps(kept).encode())}.{_encode(payload)}"
    return f"{message}.{_encode(key.sign(message.encode()))}"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "RS256"},
        {"alg": None},
        {"alg": ["ES256"]},
        {"kid": "another"},
        {"kid": None},
        {"kid": {}},
        {"typ": "JWT"},
        {"typ": None},
        {"crit": ["b64"], "b64": False},
        {"jwk": {"kty": "EC"}},
        {"jku": "https://evil.example"},
        {"x5c": []},
    ],
)
async def test_another_header_is_refused(keys: KeyRing, header: dict[str, Any]) -> None:
    assert jws.verify(keys, _signed(keys), "at+jwt") == {}
    with pytest.raises(jws.NotOurTokenError):
        jws.verify(keys, _signed(keys, **header), "at+jwt")


@pytest.mark.parametrize("payload", [b"", b"[]", b"1", b"null", b"{", b'{"a":NaN}', b"\xff"])
async def test_a_payload_that_is_no_object_is_refused(keys: KeyRing, payload: bytes) -> None:
    with pytest.raises(jws.NotOurTokenError):
        jws.verify(keys, _signed(keys, payload), "at+jwt")


def _loosen(part: str) -> str:
    """Return another spelling of the same 64 bytes: the last character has bits to spare."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return part[:-1] + alphabet[alphabet.index(part[-1]) ^ 1]


def _der_of(part: str) -> bytes:
    """JOSE writes two numbers of fixed length, and nothing else (RFC 7518 section 3.4)."""
    both = base64.urlsafe_b64decode(part + "==")
    r, s = int.from_bytes(both[:32], "big"), int.from_bytes(both[32:], "big")
    return encode_dss_signature(r, s)


SPELLINGS: dict[str, Callable[[list[str]], str]] = {
    "two parts": lambda parts: ".".join(parts[:2]),
    "four parts": lambda parts: ".".join([*parts, ""]),
    "a fourth part in front": lambda parts: "." + ".".join(parts),
    "no signature": lambda parts: f"{parts[0]}.{parts[1]}.",
    "padding": lambda parts: ".".join(parts) + "==",
    "a line break": lambda parts: ".".join(parts) + "\n",
    "a blank inside": lambda parts: f"{parts[0]}.{parts[1]}.{parts[2][:9]} {parts[2][9:]}",
    "not ASCII": lambda parts: ".".join(parts) + "é",
    "spare bits": lambda parts: f"{parts[0]}.{parts[1]}.{_loosen(parts[2])}",
    "a shorter signature": lambda parts: f"{parts[0]}.{parts[1]}.{_encode(b'x' * 63)}",
    "DER": lambda parts: f"{parts[0]}.{parts[1]}.{_encode(_der_of(parts[2]))}",
    "zeros": lambda parts: f"{parts[0]}.{parts[1]}.{_encode(bytes(64))}",
    "another payload": lambda parts: f"{parts[0]}.{_encode(b'{}')}.{parts[2]}",
    "nothing": lambda parts: "",
    "too long": lambda parts: f"{parts[0]}.{parts[1] * 300}.{parts[2]}",
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
async def test_another_spelling_of_a_genuine_token_is_refused(
    keys: KeyRing, spell: Callable[[list[str]], str]
) -> None:
    token = jws.sign(keys, "ES256", "at+jwt", CLAIMS)
    assert jws.verify(keys, token, "at+jwt") == CLAIMS
    spelt = spell(token.split("."))
    assert spelt != token
    with pytest.raises(jws.NotOurTokenError):
        jws.verify(keys, spelt, "at+jwt")
