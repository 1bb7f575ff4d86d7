"""Discovery and keys, as OpenID Connect Discovery 1.0, RFC 8414 and RFC 7517 want them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.protocol.conftest import NewPortal
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import RunningProvider

# The members that OpenID Connect Discovery, Session Management and its sisters, RFC 8414 and
# RFC 9207 define; a checker warns about any other.
REGISTERED = {
    "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri",
    "registration_endpoint", "scopes_supported", "response_types_supported",
    "response_modes_supported", "grant_types_supported", "acr_values_supported",
    "subject_types_supported", "id_token_signing_alg_values_supported",
    "userinfo_signing_alg_values_supported", "request_object_signing_alg_values_supported",
    "token_endpoint_auth_methods_supported", "token_endpoint_auth_signing_alg_values_supported",
    "display_values_supported", "claim_types_supported", "claims_supported",
    "claims_locales_supported", "ui_locales_supported", "claims_parameter_supported",
    "request_parameter_supported", "request_uri_parameter_supported",
    "require_request_uri_registration", "op_policy_uri", "op_tos_uri", "revocation_endpoint",
    "revocation_endpoint_auth_methods_supported", "introspection_endpoint",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_signing_alg_values_supported", "code_challenge_methods_supported",
    "prompt_values_supported", "authorization_response_iss_parameter_supported",
    "end_session_endpoint", "backchannel_logout_supported",
    "backchannel_logout_session_supported", "service_documentation",
    "frontchannel_logout_supported", "frontchannel_logout_session_supported",
    "check_session_iframe", "pushed_authorization_request_endpoint",
    "require_pushed_authorization_requests", "require_signed_request_object",
    "introspection_signing_alg_values_supported", "id_token_encryption_alg_values_supported",
    "id_token_encryption_enc_values_supported", "userinfo_encryption_alg_values_supported",
    "userinfo_encryption_enc_values_supported",
}  # fmt: skip
PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


@pytest.fixture
def document(http: httpx2.Client) -> dict[str, Any]:
    found: dict[str, Any] = http.get("/.well-known/openid-configuration").json()
    return found


def test_discovery_is_json_and_names_the_issuer_that_serves_it(
    provider: RunningProvider, http: httpx2.Client
) -> None:
    """Discovery section 4.3: the issuer equals the URL without the well-known suffix."""
    response = http.get("/.well-known/openid-configuration")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json()["issuer"] == provider.url
    assert not set(provider.url) & {"?", "#"}


def test_both_metadata_documents_say_the_same(http: httpx2.Client) -> None:
    """RFC 8414 section 3: OAuth clients read the same truth."""
    oauth = http.get("/.well-known/oauth-authorization-server").json()
    assert oauth == http.get("/.well-known/openid-configuration").json()


def test_discovery_has_every_required_member_and_none_of_its_own_invention(
    document: dict[str, object],
) -> None:
    """Discovery section 3."""
    required = {
        "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri",
        "scopes_supported", "response_types_supported", "subject_types_supported",
        "id_token_signing_alg_values_supported", "claims_supported",
    }  # fmt: skip
    assert required <= document.keys()
    assert document.keys() <= REGISTERED


def test_every_endpoint_is_a_url_of_the_issuer(
    provider: RunningProvider, document: dict[str, object]
) -> None:
    """Discovery section 3, R32."""
    urls = [value for name, value in document.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(urls) >= 7
    assert all(str(url).startswith(provider.url + "/") for url in urls)


def test_members_have_the_types_that_the_specification_gives_them(
    document: dict[str, object],
) -> None:
    """Discovery section 3: lists of strings, booleans, strings."""
    for name, value in document.items():
        if name.endswith(("_endpoint", "_uri")) or name == "issuer":
            assert isinstance(value, str), name
        elif isinstance(value, list):
            assert value, name
            assert all(isinstance(item, str) for item in value), name
            assert len(set(value)) == len(value), name
        else:
            assert isinstance(value, bool), name


def test_discovery_offers_what_certification_looks_for(document: dict[str, Any]) -> None:
    """Discovery section 3: RS256 and openid are mandatory; only S256 and only code are offered."""
    assert "RS256" in document["id_token_signing_alg_values_supported"]
    assert "none" not in document["id_token_signing_alg_values_supported"]
    assert "openid" in document["scopes_supported"]
    assert document["response_types_supported"] == ["code"]
    offered = {"authorization_code", "refresh_token", "client_credentials"}
    assert set(document["grant_types_supported"]) == offered
    assert document["code_challenge_methods_supported"] == ["S256"]
    # Without a proxy that passes certificates on there is no mutual TLS.
    assert set(document["token_endpoint_auth_methods_supported"]) == {
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
        "private_key_jwt",
        "none",
    }
    assert "none" not in document["introspection_endpoint_auth_methods_supported"]
    for endpoint in ("token", "introspection", "revocation"):
        offered = document[f"{endpoint}_endpoint_auth_signing_alg_values_supported"]
        assert {"ES256", "PS256", "RS256", "EdDSA", "HS256"} <= set(offered)
        assert "none" not in offered
    assert set(document["ui_locales_supported"]) == {"zh-CN", "en"}
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["request_parameter_supported"] is True
    assert "RS256" in document["request_object_signing_alg_values_supported"]
    assert "none" not in document["request_object_signing_alg_values_supported"]
    # Its default is true, so it has to be said.
    assert document["request_uri_parameter_supported"] is False


def test_metadata_and_keys_may_be_read_from_scripts_of_any_site(http: httpx2.Client) -> None:
    """Fetch standard: portals that live in the browser read them."""
    for path in ("/.well-known/openid-configuration", "/jwks"):
        assert http.get(path).headers["access-control-allow-origin"] == "*"


def test_published_keys_are_public_and_have_distinct_names(http: httpx2.Client) -> None:
    """RFC 7517 sections 4.5 and 9.2, R20."""
    response = http.get("/jwks")
    assert response.headers["content-type"] == "application/json"
    keys = response.json()["keys"]
    assert {key["kty"] for key in keys} == {"EC", "RSA"}
    assert all(not PRIVATE_MEMBERS & key.keys() for key in keys)
    assert len({key["kid"] for key in keys}) == len(keys)
    assert all(key["use"] == "sig" and key["alg"] in ("ES256", "RS256") for key in keys)


def test_after_rotation_the_new_key_is_published_first_and_the_old_one_still_verifies(
    provider: RunningProvider,
    http: httpx2.Client,
    portal: RelyingParty,
    enter: Callable[..., Tokens],
) -> None:
    """OpenID Connect Core section 10.1.1, R20."""
    before = enter(portal)
    old = portal.header(before.id_token)["kid"]
    new = provider.call(provider.services.keys.rotate("ES256"))
    assert {old, new} <= {key["kid"] for key in http.get("/jwks").json()["keys"]}
    assert portal.header(enter(portal).id_token)["kid"] == old

    provider.clock.advance(provider.services.settings.keys.announce_seconds + 1)
    after = enter(portal)
    assert portal.header(after.id_token)["kid"] == new
    assert portal.claims(before.id_token)["sub"] == portal.claims(after.id_token)["sub"]


def test_a_revoked_key_is_replaced_and_what_it_signed_is_worth_nothing(
    provider: RunningProvider, portal: RelyingParty, enter: Callable[..., Tokens]
) -> None:
    """R20: emergency revocation."""
    tokens = enter(portal)
    kid = portal.header(tokens.access_token)["kid"]
    provider.call(provider.services.keys.revoke(kid))
    assert kid not in {key["kid"] for key in portal.jwks()["keys"]}
    assert portal.userinfo(tokens.access_token).status_code == 401
    assert portal.userinfo(enter(portal).access_token).status_code == 200


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_id_tokens_are_signed_as_the_client_registered(
    new_portal: NewPortal, enter: Callable[..., Tokens], algorithm: str
) -> None:
    """OpenID Connect Registration section 2, id_token_signed_response_alg."""
    portal = new_portal(id_token_signed_response_alg=algorithm)
    tokens = enter(portal)
    header = portal.header(tokens.id_token)
    assert header["alg"] == algorithm
    assert header["kid"] in {key["kid"] for key in portal.jwks()["keys"]}
    assert portal.claims(tokens.id_token)["iss"] == portal.issuer
