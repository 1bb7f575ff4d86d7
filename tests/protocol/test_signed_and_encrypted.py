"""Userinfo, ID tokens and introspection as signed and as encrypted JWTs (OpenID Connect Core
sections 5.3.2 and 10.2, RFC 7516, RFC 9701)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from tests.protocol.browser import Browser, Callback
from tests.protocol.conftest import NewPortal
from tests.protocol.refusals import not_granted
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import Citizen

Enter = Callable[..., Tokens]
RSA = RSAKey.generate_key(2048, {"use": "enc", "kid": "rsa"})
EC = ECKey.generate_key("P-256", {"use": "enc", "kid": "ec"})
X25519 = OKPKey.generate_key("X25519", {"use": "enc", "kid": "okp"})
ALGORITHMS = [
    ("RSA-OAEP-256", "A128CBC-HS256", RSA),
    ("RSA-OAEP", "A256GCM", RSA),
    ("ECDH-ES", "A128GCM", EC),
    ("ECDH-ES+A128KW", "A256CBC-HS512", EC),
    ("ECDH-ES+A256KW", "A256GCM", X25519),
]


def jwks(*keys: Key) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


def opened(token: str, key: Key, alg: str, enc: str) -> tuple[dict[str, Any], bytes]:
    """Return header and content of a JWE that must have been made with this alg and enc."""
    content = jwe.decrypt_compact(token, key, algorithms=[alg, enc])
    assert content.plaintext is not None
    return dict(content.protected), content.plaintext


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_signed_userinfo_names_issuer_and_audience_and_no_nonce(
    enter: Enter, new_portal: NewPortal, citizen: Citizen, alg: str
) -> None:
    portal = new_portal(id_token_signed_response_alg=alg, userinfo_signed_response_alg=alg)
    tokens = enter(portal)
    answer = portal.userinfo(tokens.access_token)
    assert answer.headers["content-type"].split(";")[0] == "application/jwt"
    assert portal.header(answer.text)["alg"] == alg
    claims = portal.claims(answer.text)
    assert claims["iss"] == portal.issuer
    assert claims["aud"] == portal.client_id
    assert claims["sub"] == portal.claims(tokens.id_token)["sub"]
    assert claims["name"] == citizen.name
    assert not {"nonce", "exp", "iat"} & claims.keys()


def test_signed_userinfo_is_no_id_token_hint(
    enter: Enter, new_portal: NewPortal, browser: Browser
) -> None:
    """R13: the two have the same type, so their content has to tell them apart."""
    portal = new_portal(userinfo_signed_response_alg="ES256")
    signed = portal.userinfo(enter(portal).access_token).text
    assert browser.get("/logout", {"id_token_hint": signed}).status == 400


@pytest.mark.parametrize(("alg", "enc", "key"), ALGORITHMS)
def test_an_id_token_is_signed_and_then_encrypted(
    enter: Enter, new_portal: NewPortal, alg: str, enc: str, key: Key
) -> None:
    portal = new_portal(
        jwks=jwks(RSA, EC, X25519) if alg != "ECDH-ES+A256KW" else jwks(X25519),
        id_token_encrypted_response_alg=alg,
        id_token_encrypted_response_enc=enc,
    )
    header, content = opened(enter(portal).id_token, key, alg, enc)
    assert header["cty"] == "JWT"
    assert header["kid"] == key.kid
    claims = portal.claims(content.decode())
    assert claims["aud"] == portal.client_id


def test_userinfo_is_encrypted_without_a_signature_where_none_was_registered(
    enter: Enter, new_portal: NewPortal, citizen: Citizen
) -> None:
    portal = new_portal(jwks=jwks(RSA), userinfo_encrypted_response_alg="RSA-OAEP-256")
    answer = portal.userinfo(enter(portal).access_token)
    assert answer.headers["content-type"].split(";")[0] == "application/jwt"
    header, content = opened(answer.text, RSA, "RSA-OAEP-256", "A128CBC-HS256")
    assert "cty" not in header
    assert json.loads(content)["name"] == citizen.name


def test_userinfo_is_signed_and_then_encrypted(
    enter: Enter, new_portal: NewPortal, citizen: Citizen
) -> None:
    portal = new_portal(
        jwks=jwks(EC),
        userinfo_signed_response_alg="ES256",
        userinfo_encrypted_response_alg="ECDH-ES",
        userinfo_encrypted_response_enc="A256GCM",
    )
    answer = portal.userinfo(enter(portal).access_token)
    _, content = opened(answer.text, EC, "ECDH-ES", "A256GCM")
    assert portal.claims(content.decode())["name"] == citizen.name


def test_a_client_without_a_fitting_key_loses_no_code(
    authorize: Callable[..., Callback], new_portal: NewPortal, change: Callable[..., None]
) -> None:
    portal = new_portal(jwks=jwks(RSA), id_token_encrypted_response_alg="ECDH-ES")
    code = authorize(portal)["code"]
    not_granted(portal.exchange(code), "invalid_request")
    change(portal, jwks=jwks(EC))
    _, content = opened(portal.tokens(code).id_token, EC, "ECDH-ES", "A128CBC-HS256")
    assert portal.claims(content.decode())["aud"] == portal.client_id


def test_introspection_is_signed_for_who_asks_for_it(enter: Enter, portal: RelyingParty) -> None:
    tokens = enter(portal)
    answer = introspected(portal, tokens.access_token)
    assert portal.header(answer)["typ"] == "token-introspection+jwt"
    claims = portal.claims(answer)
    assert claims.keys() == {"iss", "aud", "iat", "token_introspection"}
    assert claims["iss"] == portal.issuer
    assert claims["aud"] == portal.client_id
    assert claims["token_introspection"] == portal.introspect(tokens.access_token)
    assert claims["token_introspection"]["active"] is True


def test_a_signed_answer_about_nothing_says_inactive(portal: RelyingParty) -> None:
    assert portal.claims(introspected(portal, "x"))["token_introspection"] == {"active": False}


def test_a_signed_introspection_opens_nothing(enter: Enter, portal: RelyingParty) -> None:
    signed = introspected(portal, enter(portal).access_token)
    assert portal.userinfo(signed).status_code == 401
    assert portal.introspect(signed) == {"active": False}


def introspected(portal: RelyingParty, token: str) -> str:
    headers, fields = portal.credentials()
    headers["Accept"] = "application/token-introspection+jwt"
    answer = portal.http.post("/introspect", headers=headers, data={"token": token, **fields})
    assert answer.headers["content-type"] == "application/token-introspection+jwt"
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.text)
