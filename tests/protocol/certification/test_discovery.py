"""Metadata and keys: lines 1 to 8 of docs/certification.md."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import KeySet, OctKey

from tests.protocol.assertions import Signer
from tests.protocol.certificates import jwks_with, make_certificate, rfc9440
from tests.protocol.certification.judgement import is_language_tag
from tests.protocol.certification.metadata_types import judge_metadata
from tests.protocol.certification.suite_client import RESPONSE_TYPES, Suite, SuiteClient
from tests.protocol.relying_party import s256

PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


@pytest.fixture
def metadata(suite: Suite) -> dict[str, Any]:
    return suite.discovery()


def test_metadata_is_json_at_the_issuers_well_known_address(http: httpx2.Client) -> None:
    """1. OpenID Connect Discovery sections 4.1 and 4.2."""
    response = http.get("/.well-known/openid-configuration")
    assert response.status_code == 200
    assert response.headers["content-type"].split(";")[0] == "application/json"


def test_the_issuer_is_the_address_without_the_well_known_part(
    http: httpx2.Client, metadata: dict[str, Any]
) -> None:
    """1. OpenID Connect Discovery section 4.3."""
    asked = str(http.get("/.well-known/openid-configuration").url)
    assert asked == metadata["issuer"] + "/.well-known/openid-configuration"
    parts = urlsplit(metadata["issuer"])
    assert parts.scheme == "https" and parts.hostname
    assert not parts.query and not parts.fragment and not parts.username


def test_id_tokens_name_the_very_same_issuer(
    suite: Suite, client: SuiteClient, metadata: dict[str, Any]
) -> None:
    """1. OpenID Connect Discovery section 3: `iss` is identical to `issuer`."""
    assert suite.claims(client)["iss"] == metadata["issuer"]


def test_every_response_type_of_the_plans_is_offered(metadata: dict[str, Any]) -> None:
    """2. OpenID Connect Core section 15.2, Multiple Response Types section 5."""
    offered = {frozenset(each.split()) for each in metadata["response_types_supported"]}
    assert offered >= {frozenset(each.split()) for each in RESPONSE_TYPES}


def test_the_grants_of_the_plans_are_offered(metadata: dict[str, Any]) -> None:
    """2. OpenID Connect Discovery section 3, `grant_types_supported`."""
    assert {"authorization_code", "implicit"} <= set(metadata["grant_types_supported"])


def test_id_tokens_can_be_signed_with_rs256(metadata: dict[str, Any]) -> None:
    """3. OpenID Connect Discovery section 3, `id_token_signing_alg_values_supported`."""
    assert "RS256" in metadata["id_token_signing_alg_values_supported"]


@pytest.mark.parametrize(
    "member",
    [
        "subject_types_supported",
        "jwks_uri",
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "scopes_supported",
        "claims_supported",
    ],
)
def test_required_and_recommended_members_are_there(metadata: dict[str, Any], member: str) -> None:
    """3. OpenID Connect Discovery section 3."""
    assert metadata[member]


def test_openid_is_among_the_scopes(metadata: dict[str, Any]) -> None:
    """3. OpenID Connect Discovery section 3, `scopes_supported`; RFC 6749 section 3.3."""
    scopes = metadata["scopes_supported"]
    assert "openid" in scopes
    assert all("!" <= character <= "~" for scope in scopes for character in scope)


def test_every_endpoint_is_https_and_answers(metadata: dict[str, Any], http: httpx2.Client) -> None:
    """3. OpenID Connect Core section 16.17."""
    endpoints = [
        value for name, value in metadata.items() if name.endswith(("_endpoint", "_uri", "_iframe"))
    ]
    assert endpoints
    for endpoint in endpoints:
        assert endpoint.startswith("https://")
        assert http.get(endpoint).status_code != 404


def test_signed_request_objects_by_value_and_by_reference_are_offered(
    metadata: dict[str, Any],
) -> None:
    """4. OpenID Connect Core section 15.2, Discovery section 3."""
    assert metadata["request_parameter_supported"] is True
    assert metadata["request_uri_parameter_supported"] is True
    assert "RS256" in metadata["request_object_signing_alg_values_supported"]
    assert "none" not in metadata["request_object_signing_alg_values_supported"]


def test_userinfo_can_be_signed_with_rs256(metadata: dict[str, Any]) -> None:
    """4. OpenID Connect Discovery section 3, `userinfo_signing_alg_values_supported`."""
    assert "RS256" in metadata["userinfo_signing_alg_values_supported"]


def test_every_member_is_known_and_of_its_type(metadata: dict[str, Any]) -> None:
    """5. OpenID Connect Discovery section 3, RFC 8414 section 2."""
    judge_metadata(metadata)


def test_languages_are_written_in_their_canonical_form(metadata: dict[str, Any]) -> None:
    """5. OpenID Connect Discovery section 3; BCP 47 section 2.1.1."""
    tags = [*metadata["ui_locales_supported"], *metadata.get("claims_locales_supported", [])]
    assert tags and all(map(is_language_tag, tags))


def test_the_methods_of_pkce_are_a_list(metadata: dict[str, Any]) -> None:
    """5. RFC 8414 section 2, `code_challenge_methods_supported`."""
    assert metadata["code_challenge_methods_supported"] == ["S256"]


def test_keys_are_public_named_apart_and_readable(
    http: httpx2.Client, metadata: dict[str, Any]
) -> None:
    """6. RFC 7517 sections 4 and 5, OpenID Connect Core section 10.1."""
    response = http.get(metadata["jwks_uri"])
    assert response.status_code == 200
    keys = response.json()["keys"]
    assert len(KeySet.import_key_set({"keys": keys}).keys) == len(keys)
    assert not [key for key in keys if PRIVATE_MEMBERS & key.keys()]
    kids = [key["kid"] for key in keys]
    assert all(isinstance(kid, str) and kid for kid in kids) and len(kids) == len(set(kids))
    assert {key["kty"] for key in keys} == {"RSA", "EC"}
    assert all(key["use"] == "sig" for key in keys)
    assert {key["alg"] for key in keys} >= set(metadata["id_token_signing_alg_values_supported"])


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_a_method_without_proof_by_key_works_and_is_advertised(
    suite: Suite, metadata: dict[str, Any], method: str
) -> None:
    """7. OpenID Connect Discovery section 3, `token_endpoint_auth_methods_supported`."""
    assert method in metadata["token_endpoint_auth_methods_supported"]
    client = suite.register(token_endpoint_auth_method=method)
    if method == "none":  # RFC 9700 section 2.1.1: a public client has nothing but PKCE.
        verifier = "v" * 43
        page = suite.start(client, **pkce(verifier))
        code = suite.browser.pass_pages(page, suite.user)["code"]
        assert client.exchange(code, code_verifier=verifier).status_code == 200
    else:
        assert suite.enter(client).access_token


@pytest.mark.parametrize("method", ["private_key_jwt", "client_secret_jwt"])
def test_assertions_work_and_are_advertised_with_their_algorithms(
    suite: Suite, metadata: dict[str, Any], method: str
) -> None:
    """7. OpenID Connect Discovery section 3, RFC 8414 section 2."""
    assert method in metadata["token_endpoint_auth_methods_supported"]
    algorithms = metadata["token_endpoint_auth_signing_alg_values_supported"]
    assert {"RS256", "HS256"} <= set(algorithms) and "none" not in algorithms
    if method == "private_key_jwt":
        portal = suite.signer().portal
    else:
        portal = suite.register(token_endpoint_auth_method=method)
        secret = OctKey.import_key(str(portal.secret))
        portal.prove = Signer(portal, suite.provider.clock, secret, "HS256").form
    assert suite.enter(portal).access_token


@pytest.mark.parametrize("method", ["tls_client_auth", "self_signed_tls_client_auth"])
def test_mutual_tls_works_and_is_advertised(
    suite: Suite, metadata: dict[str, Any], method: str
) -> None:
    """7. RFC 8705 sections 2.1.1 and 2.2.1."""
    assert method in metadata["token_endpoint_auth_methods_supported"]
    certificate = client_certificate(suite)
    by_method = {
        "tls_client_auth": {"tls_client_auth_san_dns": "rp.example"},
        "self_signed_tls_client_auth": {"jwks": jwks_with(certificate)},
    }
    client = suite.register(token_endpoint_auth_method=method, **by_method[method])
    fields = {
        "grant_type": "authorization_code",
        "code": suite.authorize(client)["code"],
        "redirect_uri": client.redirect_uri,
        "client_id": client.client_id,
    }
    passed_on = {"Client-Cert": rfc9440(certificate), "X-Client-Verify": "SUCCESS"}
    assert suite.http.post("/token", data=fields).status_code == 401
    assert suite.http.post("/token", data=fields, headers=passed_on).status_code == 200


def test_after_a_rotation_new_and_old_key_are_published(suite: Suite, client: SuiteClient) -> None:
    """8. OpenID Connect Core section 10.1.1."""
    before = {key["kid"] for key in client.jwks()["keys"]}
    old_token = suite.enter(client).id_token
    new = suite.provider.call(suite.provider.services.keys.rotate("RS256"))
    assert {key["kid"] for key in client.jwks()["keys"]} == before | {new}
    suite.provider.clock.advance(suite.provider.services.settings.keys.announce_seconds + 1)
    new_token = suite.enter(client).id_token
    assert client.header(new_token)["kid"] == new
    assert client.claims(new_token)["sub"] == client.claims(old_token)["sub"]


def pkce(verifier: str) -> dict[str, str]:
    """RFC 7636 section 4.3."""
    return {"code_challenge": s256(verifier), "code_challenge_method": "S256"}


def client_certificate(suite: Suite) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    return make_certificate(suite.provider.clock.now(), names=[x509.DNSName("rp.example")], key=key)
