"""Codes, client authentication and refresh: lines 31 and 36 to 40 of docs/certification.md."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.protocol.assertions import jwks, new_key
from tests.protocol.certification.judgement import judge_token_error, judge_token_response
from tests.protocol.certification.suite_client import GRANTS, Suite, SuiteClient
from tests.protocol.key_server import KeyServer, serving_keys


def test_a_token_response_is_json_that_nobody_caches(suite: Suite, client: SuiteClient) -> None:
    """31. RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3."""
    body = judge_token_response(client.exchange(suite.authorize(client)["code"]))
    assert body["id_token"]


def test_so_is_the_response_to_a_refresh(suite: Suite, client: SuiteClient) -> None:
    """31. RFC 6749 section 5.1, OpenID Connect Core section 12.2."""
    judge_token_response(client.refresh(suite.enter(client).refresh_token))


@pytest.mark.parametrize("seconds", [0, 31])
def test_a_code_that_comes_twice_is_refused(
    suite: Suite, client: SuiteClient, seconds: int
) -> None:
    """36. OpenID Connect Core section 3.1.3.2, RFC 6749 section 4.1.2."""
    code = suite.authorize(client)["code"]
    judge_token_response(client.exchange(code))
    suite.provider.clock.advance(seconds)
    judge_token_error(client.exchange(code), "invalid_grant")


def test_what_a_code_that_comes_twice_gave_ends(suite: Suite, client: SuiteClient) -> None:
    """36. RFC 6749 section 4.1.2: tokens based on the code are revoked."""
    code = suite.authorize(client)["code"]
    tokens = client.tokens(code)
    assert client.userinfo(tokens.access_token).status_code == 200
    client.exchange(code)
    assert 400 <= client.userinfo(tokens.access_token).status_code < 500
    judge_token_error(client.refresh(tokens.refresh_token), "invalid_grant")


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_secret_counts_in_the_way_that_was_registered(suite: Suite, method: str) -> None:
    """37. RFC 6749 section 2.3.1, OpenID Connect Core section 9."""
    client = suite.register(token_endpoint_auth_method=method)
    judge_token_response(client.exchange(suite.authorize(client)["code"]))


def test_credentials_in_the_header_are_form_encoded(suite: Suite, client: SuiteClient) -> None:
    """37. RFC 6749 section 2.3.1: encoded first, whatever characters they have."""
    secret = "a+b c%20d:e/f=g&h?" + "0123456789abcdef" * 2
    metadata = {
        "client_id": "certification-encoded~1",
        "client_name": "certification",
        "redirect_uris": [client.redirect_uri],
        "require_pkce": False,
        "require_nonce": False,
        "id_token_signed_response_alg": "RS256",
    }
    suite.provider.register(metadata, secret)
    encoded = SuiteClient(suite.provider.url, {**metadata, "scope": "openid"}, secret, suite.http)
    judge_token_response(encoded.exchange(suite.authorize(encoded)["code"]))


@pytest.mark.parametrize("audience", ["/token", ""])
def test_an_assertion_may_be_for_the_token_endpoint_or_for_the_issuer(
    suite: Suite, audience: str
) -> None:
    """38. OpenID Connect Core section 9, RFC 7523 section 3."""
    signer = suite.signer()
    signer.portal.prove = lambda: signer.form(aud=suite.provider.url + audience)
    judge_token_response(signer.portal.exchange(suite.authorize(signer.portal)["code"]))


def test_an_assertion_counts_once_for_each_client(suite: Suite) -> None:
    """38. OpenID Connect Core section 9, `jti`: another client may use the same value."""
    one, two = suite.signer(), suite.signer()
    for signer in (one, two):
        fields = signer.form(jti="the same")
        signer.portal.prove = fields.copy
        judge_token_response(signer.portal.exchange(suite.authorize(signer.portal)["code"]))
        again = signer.portal.exchange(suite.authorize(signer.portal)["code"])
        assert again.status_code in (400, 401)
        assert again.json()["error"] == "invalid_client"


def test_a_refresh_token_is_bound_to_its_client(suite: Suite, client: SuiteClient) -> None:
    """39. RFC 6749 sections 6 and 5.2: `invalid_grant` and 400, for the client is who it says."""
    token = suite.enter(client).refresh_token
    judge_token_error(suite.register().refresh(token), "invalid_grant")


def test_a_refresh_keeps_the_sign_in_and_is_newer(suite: Suite, client: SuiteClient) -> None:
    """39. OpenID Connect Core section 12.2."""
    tokens = suite.enter(client)
    suite.provider.clock.advance(2)
    refreshed = client.read(client.refresh(tokens.refresh_token))
    before, after = client.claims(tokens.id_token), client.claims(refreshed.id_token)
    for name in ("iss", "sub", "aud", "auth_time"):
        assert after[name] == before[name], name
    assert after["iat"] > before["iat"]
    assert after.get("azp") == before.get("azp")
    assert refreshed.access_token != tokens.access_token
    assert client.userinfo(refreshed.access_token).json()["sub"] == after["sub"]


def test_a_scope_may_be_named_in_a_refresh(suite: Suite, client: SuiteClient) -> None:
    """39. RFC 6749 section 6."""
    tokens = suite.enter(client, scope="openid email")
    body = judge_token_response(client.refresh(tokens.refresh_token, scope="openid email"))
    assert "email" in client.userinfo(body["access_token"]).json()


@pytest.mark.parametrize("scope", ["openid", "openid offline_access"])
def test_a_refresh_token_comes_to_whom_registered_for_it(suite: Suite, scope: str) -> None:
    """39. OpenID Connect Core section 11, RFC 7591 section 2: `grant_types`."""
    registered = suite.register(grant_types=GRANTS)
    assert suite.enter(registered, scope=scope, prompt="consent").body["refresh_token"]
    without = suite.register(grant_types=["authorization_code"], response_types=["code"])
    assert "refresh_token" not in suite.enter(without, scope=scope, prompt="consent").body


def test_that_refresh_tokens_are_given_is_advertised(suite: Suite) -> None:
    """39. OpenID Connect Discovery section 3, `grant_types_supported`."""
    assert "refresh_token" in suite.discovery()["grant_types_supported"]


@pytest.fixture
def published() -> Iterator[KeyServer]:
    with serving_keys() as keys:
        yield keys


def test_a_clients_keys_are_fetched_anew_for_an_unknown_name(
    suite: Suite, published: KeyServer
) -> None:
    """40. OpenID Connect Core section 10.1.1: 60 seconds after the rotation at the latest."""
    signer = suite.signer("RS256", kid="first", jwks_uri=published.url)
    published.document = jwks(signer.key)
    tokens = suite.enter(signer.portal)
    signer.key = new_key("RS256", "second")
    published.document = jwks(signer.key)
    suite.provider.clock.advance(60)
    judge_token_response(signer.portal.refresh(tokens.refresh_token))
    judge_token_response(signer.portal.exchange(suite.authorize(signer.portal)["code"]))
