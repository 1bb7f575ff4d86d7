"""Clients that register themselves: lines 9 to 16 of docs/certification.md."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import httpx2
import pytest

from tests.protocol.assertions import jwks, new_key
from tests.protocol.certification.judgement import judge_error_page, judge_success
from tests.protocol.certification.suite_client import (
    BYE,
    CALLBACK,
    GRANTS,
    RESPONSE_TYPES,
    Suite,
    SuiteClient,
    request_object,
)
from tests.protocol.documents import Documents, Reply
from tests.protocol.self_registered import answered, bearer, made


def refused(response: httpx2.Response, *errors: str) -> None:
    """RFC 7591 section 3.2.2."""
    assert response.status_code == 400, response.text
    assert response.headers["content-type"].split(";")[0] == "application/json"
    assert response.json()["error"] in errors


def manage(suite: Suite, method: str, client: SuiteClient) -> httpx2.Response:
    uri = client.metadata["registration_client_uri"]
    token = client.metadata["registration_access_token"]
    return suite.http.request(method, uri, headers=bearer(token))


def test_registration_answers_201_with_json(suite: Suite) -> None:
    """9. OpenID Connect Registration section 3.2."""
    response = suite.ask()
    assert response.status_code == 201
    assert response.headers["content-type"].split(";")[0] == "application/json"
    assert response.json()["client_id"]


def test_a_secret_comes_with_its_date_of_expiry(suite: Suite) -> None:
    """9. OpenID Connect Registration section 3.2, `client_secret_expires_at`."""
    body = made(suite.ask())
    assert body["client_secret"]
    assert type(body["client_secret_expires_at"]) is int


def test_both_members_for_the_management_come_and_are_https(suite: Suite) -> None:
    """9. OpenID Connect Registration section 3.2: both or neither."""
    body = made(suite.ask())
    assert body["registration_client_uri"].startswith("https://")
    assert body["registration_access_token"]


def test_a_registration_is_deleted_at_its_address(suite: Suite, client: SuiteClient) -> None:
    """10. RFC 7592 section 2.3."""
    response = manage(suite, "DELETE", client)
    assert (response.status_code, response.content) == (204, b"")
    assert manage(suite, "GET", client).status_code == 401
    suite.provider.clock.advance(5)
    suite.provider.call(suite.provider.services.directory.poll())
    judge_error_page(suite.start(client))


def test_a_registration_is_read_at_its_address(suite: Suite) -> None:
    """10. OpenID Connect Registration sections 4.2 and 4.3, `initiate_login_uri` of section 2."""
    uri = "https://rp.example/test/initiate"
    client = suite.register(initiate_login_uri=uri)
    body = answered_without_secret(manage(suite, "GET", client))
    assert body["client_id"] == client.client_id
    assert body["initiate_login_uri"] == uri


def answered_without_secret(response: httpx2.Response) -> dict[str, Any]:
    body = answered(response)
    assert body["redirect_uris"] == [CALLBACK]
    return body


def test_keys_without_a_name_are_accepted(suite: Suite) -> None:
    """11. RFC 7517 section 4.5: `kid` is optional, in keys and in what they sign."""
    signer = suite.signer("RS256", kid=None)
    assert "kid" not in signer.portal.metadata["jwks"]["keys"][0]
    assert suite.enter(signer.portal).access_token


def test_contacts_a_name_all_grants_and_response_types_are_accepted(suite: Suite) -> None:
    """11. OpenID Connect Registration section 2."""
    client = suite.register(jwks=jwks(new_key("RS256"))).metadata
    assert client["contacts"] == ["certification@rp.example"]
    assert client["client_name"] == "certification"
    assert sorted(client["grant_types"]) == sorted(GRANTS)
    kept = {frozenset(each.split()) for each in client["response_types"]}
    assert kept == {frozenset(each.split()) for each in RESPONSE_TYPES}


@pytest.mark.parametrize("response_type", RESPONSE_TYPES)
def test_each_plans_own_registration_is_accepted_and_works(
    suite: Suite, response_type: str
) -> None:
    """11. OpenID Connect Registration section 2, `grant_types`: those that the type needs."""
    parts = response_type.split()
    grants = ["authorization_code"] if "code" in parts else []
    grants += ["implicit"] if parts != ["code"] else []
    client = suite.register(response_types=[response_type], grant_types=grants)
    assert client.metadata["grant_types"] == grants
    callback = suite.authorize(client, response_type=response_type, state="abc")
    judge_success(callback, client, response_type, "abc")


@pytest.mark.parametrize("spelling", ["token id_token", "id_token token"])
def test_the_order_within_a_response_type_is_free(suite: Suite, spelling: str) -> None:
    """11. Multiple Response Types section 5."""
    (kept,) = suite.register(response_types=[spelling]).metadata["response_types"]
    assert set(kept.split()) == {"id_token", "token"}


def test_a_public_client_is_accepted_and_gets_no_secret(suite: Suite) -> None:
    """11. RFC 7591 section 2, `token_endpoint_auth_method` `none`."""
    client = suite.register(token_endpoint_auth_method="none").metadata
    assert client["token_endpoint_auth_method"] == "none"
    assert "client_secret" not in client


def test_a_redirect_uri_with_a_fragment_is_refused(suite: Suite) -> None:
    """12. OpenID Connect Registration section 2, RFC 6749 section 3.1.2."""
    response = suite.ask(redirect_uris=[CALLBACK + "#foobar"])
    refused(response, "invalid_redirect_uri", "invalid_client_metadata")


def test_two_redirect_uris_are_accepted_and_work(suite: Suite) -> None:
    """12. OpenID Connect Registration section 2, `redirect_uris`."""
    client = suite.register(redirect_uris=[CALLBACK, CALLBACK + "2"])
    for uri in client.metadata["redirect_uris"]:
        assert suite.authorize(client, redirect_uri=uri).url.startswith(uri + "?")


def test_a_redirect_uri_with_a_query_is_accepted_and_compared_exactly(suite: Suite) -> None:
    """12. RFC 6749 section 3.1.2, OpenID Connect Core section 3.1.2.1."""
    client = suite.register(redirect_uris=[CALLBACK + "?foo=bar"])
    assert suite.authorize(client)["foo"] == "bar"
    for uri in (CALLBACK, CALLBACK + "?foo=baz", CALLBACK + "?foo=bar&x=y"):
        judge_error_page(suite.start(client, redirect_uri=uri))


def test_an_insecure_login_address_is_refused(suite: Suite) -> None:
    """13. OpenID Connect Core section 4: `initiate_login_uri` is https."""
    refused(
        suite.ask(initiate_login_uri="http://rp.example/initiate"),
        "invalid_client_metadata",
    )


def test_a_sector_document_is_fetched_and_has_to_list_the_redirect_uris(
    suite: Suite, documents: Documents
) -> None:
    """13. OpenID Connect Registration section 5."""
    good = documents.put("/sector.json", [CALLBACK, CALLBACK + "2"])
    bad = documents.put("/other.json", [CALLBACK + "2"])
    documents.asked.clear()
    assert suite.register(sector_identifier_uri=good, subject_type="pairwise").client_id
    response = suite.ask(sector_identifier_uri=bad, subject_type="pairwise")
    refused(response, "invalid_client_metadata")
    assert documents.asked == ["/sector.json", "/other.json"]


def test_pairwise_subjects_differ_from_sector_to_sector(suite: Suite, documents: Documents) -> None:
    """13. OpenID Connect Core section 8.1."""
    shared = documents.put("/shared.json", [CALLBACK, "https://other.example/cb"])
    pairwise = {"subject_type": "pairwise"}
    here = suite.register(**pairwise)
    there = suite.register(redirect_uris=["https://other.example/cb"], **pairwise)
    one = suite.register(sector_identifier_uri=shared, **pairwise)
    two = suite.register(
        redirect_uris=["https://other.example/cb"], sector_identifier_uri=shared, **pairwise
    )
    subs = [suite.claims(client)["sub"] for client in (here, there, one, two)]
    assert subs[0] != subs[1]
    assert subs[2] == subs[3]
    assert subs[2] not in subs[:2]


def test_the_fragment_of_a_request_uri_is_kept_matched_and_not_sent(
    suite: Suite, documents: Documents
) -> None:
    """14. OpenID Connect Core section 6.2: the fragment tells one version from another. A suite
    registers some digest, for it cannot know its `client_id` and so the content before that."""
    key = new_key("RS256", "rp")
    uri = f"{documents.url}/request.jwt#{hashlib.sha256(b'unknown yet').hexdigest()}"
    client = suite.register(jwks=jwks(key), request_object_signing_alg="RS256", request_uris=[uri])
    assert client.metadata["request_uris"] == [uri]
    state = "the state in the object"
    claims = client.parameters(scope="openid", state=state)
    content = request_object(key, **claims, iss=client.client_id, aud=client.issuer)
    documents.replies["/request.jwt"] = Reply(content.encode(), "application/jose")
    documents.asked.clear()
    callback = suite.authorize(client, state=None, request_uri=uri)
    judge_success(callback, client, "code", state)
    assert documents.asked == ["/request.jwt"]


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_the_algorithms_that_are_registered_are_used(suite: Suite, algorithm: str) -> None:
    """15. OpenID Connect Registration section 2, `*_signed_response_alg`."""
    client = suite.register(
        id_token_signed_response_alg=algorithm, userinfo_signed_response_alg=algorithm
    )
    tokens = suite.enter(client)
    assert client.header(tokens.id_token)["alg"] == algorithm
    userinfo = client.userinfo(tokens.access_token)
    assert client.header(userinfo.text)["alg"] == algorithm


def test_the_algorithms_of_objects_and_assertions_are_kept_to(suite: Suite) -> None:
    """15. OpenID Connect Registration section 2: others are refused."""
    signer = suite.signer(token_endpoint_auth_signing_alg="RS256")
    assert suite.enter(signer.portal).access_token
    signer.alg = "PS256"
    code = suite.authorize(signer.portal)["code"]
    assert signer.portal.exchange(code).json()["error"] == "invalid_client"


def test_addresses_of_logout_and_of_pages_are_kept(suite: Suite) -> None:
    """15. OpenID Connect Registration section 2, RP-Initiated, Front- and Back-Channel Logout."""
    members = {
        "post_logout_redirect_uris": [BYE],
        "frontchannel_logout_uri": "https://rp.example/test/frontchannel",
        "frontchannel_logout_session_required": True,
        "backchannel_logout_uri": "https://rp.example/test/backchannel",
        "backchannel_logout_session_required": True,
        "logo_uri": "https://rp.example/logo.png",
        "policy_uri": "https://rp.example/policy",
        "tos_uri": "https://openid.net/tos",
        "request_object_signing_alg": "RS256",
    }
    client = suite.register(**members, jwks=jwks(new_key("RS256"))).metadata
    assert {name: client[name] for name in members} == members


def test_defaults_are_those_of_the_specification(suite: Suite) -> None:
    """15. OpenID Connect Registration section 2, RFC 7591 section 2."""
    client = suite.register(grant_types=None, response_types=None, contacts=None)
    assert client.metadata["token_endpoint_auth_method"] == "client_secret_basic"
    assert client.metadata["response_types"] == ["code"]
    assert client.metadata["grant_types"] == ["authorization_code"]
    assert client.header(suite.enter(client).id_token)["alg"] == "RS256"


def test_the_pages_show_logo_policy_and_terms_and_none_is_fetched(
    suite: Suite, documents: Documents
) -> None:
    """16. OpenID Connect Registration section 2, `logo_uri`, `policy_uri`, `tos_uri`."""
    documents.asked.clear()
    shown = {
        "logo_uri": "https://rp.example/logo.png",
        "policy_uri": "https://rp.example/policy",
        "tos_uri": documents.url.replace("http:", "https:") + "/tos",
    }
    client = suite.register(**shown)
    login = suite.start(client, scope="openid profile")
    consent = suite.browser.sign_in(login, suite.user)
    for page, path in ((login, "/login"), (consent, "/consent")):
        assert page.path == path
        assert re.search(rf'<img[^>]+src="{re.escape(shown["logo_uri"])}"', page.text)
        assert f'href="{shown["policy_uri"]}"' in page.text
        assert f'href="{shown["tos_uri"]}"' in page.text
        policy = page.response.headers["content-security-policy"]
        assert re.search(r"img-src [^;]*https://rp\.example", policy)
    assert documents.asked == []
