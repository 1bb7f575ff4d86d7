"""Userinfo: lines 41 to 44 of docs/certification.md."""

from __future__ import annotations

import httpx2
import pytest

from tests.protocol.certification.judgement import CLAIMS_OF_SCOPES, judge_userinfo
from tests.protocol.certification.suite_client import Suite, SuiteClient
from tests.protocol.self_registered import bearer

ALL = "openid profile email address phone"


def ask(suite: Suite, way: str, token: str) -> httpx2.Response:
    """RFC 6750 section 2."""
    if way == "GET":
        return suite.http.get("/userinfo", headers=bearer(token))
    if way == "POST":
        return suite.http.post("/userinfo", headers=bearer(token))
    if way == "empty form":
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return suite.http.post("/userinfo", content=b"", headers=bearer(token) | form)
    return suite.http.post("/userinfo", data={"access_token": token})


@pytest.mark.parametrize("way", ["GET", "POST", "empty form", "form"])
def test_it_answers_every_way_of_bringing_a_token_with_the_same_subject(
    suite: Suite, client: SuiteClient, way: str
) -> None:
    """41. OpenID Connect Core sections 5.3.1 and 5.3.2, RFC 6750 sections 2.1 and 2.2."""
    tokens = suite.enter(client, scope="openid email")
    response = ask(suite, way, tokens.access_token)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].split(";")[0] == "application/json"
    assert response.json()["sub"] == client.claims(tokens.id_token)["sub"]


@pytest.mark.parametrize("response_type", ["id_token token", "code token", "code id_token token"])
def test_a_token_that_came_by_the_browser_opens_it_too(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """41. OpenID Connect Core sections 3.2.2.5 and 3.3.2.5."""
    callback = suite.authorize(client, response_type=response_type, scope="openid email")
    body = client.userinfo(callback["access_token"]).json()
    assert body["email"]
    if "id_token" in response_type:
        assert body["sub"] == client.claims(callback["id_token"])["sub"]


def test_claims_have_their_types(suite: Suite, client: SuiteClient) -> None:
    """42. OpenID Connect Core sections 5.1 and 5.1.1."""
    body = client.userinfo(suite.enter(client, scope=ALL).access_token).json()
    judge_userinfo(body, suite.now)
    assert type(body["email_verified"]) is bool and type(body["updated_at"]) is int
    assert isinstance(body["address"], dict)


@pytest.mark.parametrize("scope", ["profile", "email", "address", "phone"])
def test_each_scope_brings_all_its_claims(suite: Suite, client: SuiteClient, scope: str) -> None:
    """43. OpenID Connect Core section 5.4."""
    body = client.userinfo(suite.enter(client, scope=f"openid {scope}").access_token).json()
    assert body.keys() == CLAIMS_OF_SCOPES[scope] | {"sub"}


def test_all_scopes_together_bring_every_standard_claim(suite: Suite, client: SuiteClient) -> None:
    """43. OpenID Connect Core section 5.1."""
    body = client.userinfo(suite.enter(client, scope=ALL).access_token).json()
    assert body.keys() == frozenset({"sub"}).union(*CLAIMS_OF_SCOPES.values())


def test_signed_it_is_a_jwt_for_the_client_without_a_nonce(suite: Suite) -> None:
    """44. OpenID Connect Core section 5.3.2, Registration section 2."""
    client = suite.register(userinfo_signed_response_alg="RS256")
    tokens = suite.enter(client, scope="openid email", nonce="n-0S6_WzA2Mj")
    response = client.userinfo(tokens.access_token)
    assert response.status_code == 200
    assert response.headers["content-type"].split(";")[0] == "application/jwt"
    assert client.header(response.text)["alg"] == "RS256"
    claims = client.claims(response.text)
    assert "nonce" not in claims
    assert claims["iss"] == client.issuer
    assert claims["aud"] in (client.client_id, [client.client_id])
    assert claims["sub"] == client.claims(tokens.id_token)["sub"]
    assert claims["email"]
