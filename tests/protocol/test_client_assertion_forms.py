"""What may not pass for an assertion, and which of a client's keys count (R17; RFC 8725)."""

from __future__ import annotations

import hmac
import json
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import OctKey

from tests.protocol.assertions import Signer, accepted, ask, encoded, form, jwks, new_key, sign
from tests.protocol.conftest import NewSigner
from tests.protocol.test_client_authentication import refused


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_a_public_key_is_no_secret(new_signer: NewSigner, alg: str) -> None:
    """RFC 8725 section 2.1: a MAC with what everybody knows as the key."""
    victim = new_signer(alg)
    pem = victim.key.as_pem(private=False)
    public = json.dumps(victim.key.as_dict(private=False)).encode()
    for known in (pem, pem.strip(), public, b"", b"x" * 32):
        for bits in (256, 384, 512):
            header = json.dumps({"alg": f"HS{bits}", "kid": "first"}).encode()
            text = f"{encoded(header)}.{encoded(json.dumps(victim.claims()).encode())}"
            mac = hmac.digest(known, text.encode(), f"sha{bits}")
            refused(ask(victim, form(f"{text}.{encoded(mac)}")))


@pytest.mark.parametrize("typ", [None, "JWT", "jwt", "client-authentication+jwt"])
def test_an_assertion_may_say_what_it_is(signer: Signer, typ: str | None) -> None:
    signer.header = {} if typ is None else {"typ": typ}
    accepted(ask(signer, signer.form()))


@pytest.mark.parametrize("typ", ["oauth-authz-req+jwt", "at+jwt", "logout+jwt", "dpop+jwt", 7])
def test_a_token_that_says_it_is_something_else_is_no_assertion(signer: Signer, typ: Any) -> None:
    """RFC 8725 section 3.11: a request object has the same signer and goes through browsers."""
    signer.header = {"typ": typ}
    refused(ask(signer, signer.form()))


def test_an_unsigned_assertion_is_refused(signer: Signer) -> None:
    """RFC 8725 section 3.2."""
    head, body, signature = signer.assertion().split(".")
    none = "eyJhbGciOiJub25lIn0"
    for token in (
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}.{signature}.",
        f" {head}.{body}.{signature}",
        "x",
        "..",
        "é.é.é",
    ):
        refused(ask(signer, form(token)))


@pytest.mark.parametrize(
    "member",
    [
        {"crit": ["exp"], "exp": 1},
        {"b64": False, "crit": ["b64"]},
        {"jwk": {}},
        {"jku": "https://other.example/jwks"},
        {"x5u": "https://other.example/cert"},
        {"x5c": ["AAAA"]},
        {"zip": "DEF"},
        {"kid": 7},
    ],
    ids=lambda member: next(iter(member)),
)
def test_a_header_that_brings_or_changes_the_rules_is_refused(
    signer: Signer, member: dict[str, Any]
) -> None:
    """RFC 8725 sections 3.8 to 3.10. The signature is right."""
    header = {"alg": "ES256", "kid": "first", **member}
    if "jwk" in member:
        header["jwk"] = dict(signer.key.as_dict(private=False))
    claims = json.dumps(signer.claims()).encode()
    refused(ask(signer, form(sign(header, claims, signer.key))))
    accepted(ask(signer, signer.form()))


def test_an_encrypted_assertion_is_refused(signer: Signer, with_secret: NewSigner) -> None:
    """R17: nothing is decrypted for somebody who has proven nothing."""
    by_secret = with_secret()
    key = OctKey.import_key(b"k" * 16)
    header = {"alg": "A128KW", "enc": "A128CBC-HS256"}
    token = jwe.encrypt_compact(header, json.dumps(signer.claims()), key)
    refused(ask(signer, form(token)))
    refused(ask(by_secret, form(token)))


def test_an_oversized_assertion_is_refused(signer: Signer) -> None:
    response = ask(signer, signer.form(padding="x" * 9000))
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    accepted(ask(signer, signer.form(padding="x" * 4000)))


def test_keys_without_names_serve_assertions_without_names(new_signer: NewSigner) -> None:
    """RFC 7517 section 4.5: `kid` is optional."""
    signer = new_signer(kid=None)
    accepted(ask(signer, signer.form()))
    stranger = new_key("ES256")
    refused(ask(signer, Signer(signer.portal, signer.clock, stranger).form()))


def test_a_key_that_is_for_encryption_signs_nothing(new_signer: NewSigner) -> None:
    """RFC 7517 section 4.2."""
    key = new_key("ES256", "first")
    document = jwks(key)
    document["keys"][0]["use"] = "enc"
    signer = new_signer(jwks=document)
    signer.key = key
    refused(ask(signer, signer.form()))
