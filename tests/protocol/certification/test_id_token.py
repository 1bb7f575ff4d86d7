"""ID tokens: lines 32 to 35 of docs/certification.md."""

from __future__ import annotations

import base64
import hashlib

import pytest

from tests.protocol.certification.judgement import (
    ALLOWED_IN_ID_TOKENS,
    CLAIMS_OF_SCOPES,
    judge_id_token,
)
from tests.protocol.certification.suite_client import (
    FRONT_CHANNEL_TYPES,
    RESPONSE_TYPES,
    Suite,
    SuiteClient,
)

ALL = "openid profile email address phone"
BY_BROWSER = [each for each in FRONT_CHANNEL_TYPES if "id_token" in each]


def half(value: str) -> str:
    """OpenID Connect Core section 3.1.3.6, for algorithms with SHA-256."""
    left = hashlib.sha256(value.encode()).digest()[:16]
    return base64.urlsafe_b64encode(left).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_members_have_their_types_and_the_header_names_key_and_algorithm(
    suite: Suite, algorithm: str
) -> None:
    """32. OpenID Connect Core sections 2 and 3.1.3.7, RFC 7515 section 4.1."""
    client = suite.register(id_token_signed_response_alg=algorithm)
    tokens = suite.enter(client, max_age="100")
    header = client.header(tokens.id_token)
    assert header["alg"] == algorithm
    assert header["kid"] in {key["kid"] for key in client.jwks()["keys"]}
    claims = client.claims(tokens.id_token)
    judge_id_token(claims, client, suite.now)
    assert "auth_time" in claims and claims["acr"]


@pytest.mark.parametrize("response_type", RESPONSE_TYPES)
def test_nothing_is_in_it_that_nobody_asked_for(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """33. OpenID Connect Core sections 2 and 5.4."""
    scope = "openid" if response_type == "id_token" else ALL
    callback = suite.authorize(client, response_type=response_type, scope=scope)
    tokens = [callback["id_token"]] if "id_token" in response_type else []
    if "code" in response_type.split():
        tokens.append(client.tokens(callback["code"]).id_token)
    for token in tokens:
        judge_id_token(client.claims(token), client, suite.now)


@pytest.mark.parametrize("response_type", BY_BROWSER)
def test_hashes_tie_it_to_what_came_beside_it(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """34. OpenID Connect Core sections 3.2.2.10 and 3.3.2.11."""
    callback = suite.authorize(client, response_type=response_type)
    claims = client.claims(callback["id_token"])
    for name, value in (("at_hash", "access_token"), ("c_hash", "code")):
        if value in callback.names():
            assert claims[name] == half(callback[value])
        else:
            assert name not in claims


@pytest.mark.parametrize("response_type", ["code", "code id_token", "code id_token token"])
def test_the_hash_at_the_token_endpoint_is_right_as_well(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """34. OpenID Connect Core sections 3.1.3.6 and 3.3.3.6."""
    tokens = client.tokens(suite.authorize(client, response_type=response_type)["code"])
    assert client.claims(tokens.id_token)["at_hash"] == half(tokens.access_token)


@pytest.mark.parametrize("response_type", ["code id_token", "code id_token token"])
def test_both_id_tokens_are_about_the_same_person(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """34. OpenID Connect Core section 3.3.3.6."""
    callback = suite.authorize(client, response_type=response_type)
    first = client.claims(callback["id_token"])
    second = client.claims(client.tokens(callback["code"]).id_token)
    for name in ("iss", "sub", "aud", "nonce", "auth_time", "sid"):
        assert first[name] == second[name], name


def test_alone_it_holds_the_claims_of_the_scopes(suite: Suite, client: SuiteClient) -> None:
    """35. OpenID Connect Core section 5.4: `response_type=id_token`."""
    callback = suite.authorize(client, response_type="id_token", scope=ALL)
    claims = client.claims(callback["id_token"])
    wanted = frozenset().union(*CLAIMS_OF_SCOPES.values())
    judge_id_token(claims, client, suite.now, asked=wanted)
    assert claims.keys() - ALLOWED_IN_ID_TOKENS == wanted
