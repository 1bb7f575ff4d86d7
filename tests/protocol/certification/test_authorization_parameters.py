"""Parameters of authorization requests and where answers go: lines 25 to 30 of
docs/certification.md."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.protocol.assertions import Key, jwks, new_key
from tests.protocol.browser import Page
from tests.protocol.certification.judgement import (
    is_unguessable,
    judge_error,
    judge_error_page,
    judge_placement,
    judge_success,
    shannon_bits,
)
from tests.protocol.certification.suite_client import (
    CALLBACK,
    FRONT_CHANNEL_TYPES,
    RESPONSE_TYPES,
    Suite,
    SuiteClient,
    request_object,
    unsigned,
)

WITH_QUERY = CALLBACK + "?dummy1=lorem&dummy2=ipsum"
UNSUPPORTED = {"request_not_supported", "invalid_request_object"}


@pytest.mark.parametrize("response_type", ["code", "code token"])
def test_a_nonce_is_optional_where_no_id_token_comes_by_the_browser(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """25. OpenID Connect Core sections 3.1.2.1 and 3.3.2.11."""
    callback = suite.authorize(client, response_type=response_type, nonce=None)
    assert "nonce" not in client.claims(client.tokens(callback["code"]).id_token)


@pytest.mark.parametrize(
    "response_type", ["id_token", "id_token token", "code id_token", "code id_token token"]
)
def test_a_nonce_is_required_where_one_does(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """25. OpenID Connect Core sections 3.2.2.1 and 3.3.2.11."""
    callback = suite.silently(client, response_type=response_type, nonce=None, state="abc")
    judge_error(callback, client, {"invalid_request"}, "abc")
    judge_placement(callback, CALLBACK, "#")


@pytest.mark.parametrize("length", [10, 43, 64, 384])
@pytest.mark.parametrize("response_type", ["code", "code id_token"])
def test_a_nonce_comes_back_unmodified(
    suite: Suite, client: SuiteClient, response_type: str, length: int
) -> None:
    """25. OpenID Connect Core section 2, `nonce`."""
    nonce = ("aZ09-._~" * 48)[:length]
    callback = suite.authorize(client, response_type=response_type, nonce=nonce)
    assert client.claims(client.tokens(callback["code"]).id_token)["nonce"] == nonce
    if response_type == "code id_token":
        assert client.claims(callback["id_token"])["nonce"] == nonce


@pytest.mark.parametrize("response_type", RESPONSE_TYPES)
def test_a_code_alone_is_in_the_query_and_all_else_in_the_fragment(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """26. Multiple Response Types sections 3 and 5."""
    callback = suite.authorize(client, response_type=response_type)
    judge_placement(callback, CALLBACK, "?" if response_type == "code" else "#")


@pytest.mark.parametrize("response_type", FRONT_CHANNEL_TYPES)
def test_errors_of_requests_for_tokens_are_in_the_fragment(
    suite: Suite, client: SuiteClient, response_type: str
) -> None:
    """26. Multiple Response Types section 5."""
    callback = suite.silently(client, response_type=response_type, claims="{")
    assert callback["error"] == "invalid_request"
    judge_placement(callback, CALLBACK, "#")


@pytest.mark.parametrize("redirect_uri", [CALLBACK, WITH_QUERY])
@pytest.mark.parametrize("response_type", RESPONSE_TYPES)
def test_a_posted_form_carries_everything_and_the_address_nothing(
    suite: Suite, response_type: str, redirect_uri: str
) -> None:
    """26. Form Post Response Mode section 2; the policy of the page lets the form go there."""
    client = suite.register(redirect_uris=[redirect_uri])
    mode = {"response_type": response_type, "response_mode": "form_post", "state": "abc"}
    page = suite.browser.sign_in(suite.start(client, **mode), suite.user)
    page = suite.browser.consent(page)
    wanted = {"code": "code", "id_token": "id_token", "token": "access_token"}
    names = posted(page, redirect_uri).keys()
    assert {wanted[part] for part in response_type.split()} <= names
    assert posted(page, redirect_uri)["state"] == "abc"
    assert posted(page, redirect_uri)["iss"] == client.issuer
    assert set(wanted.values()) & names == {wanted[part] for part in response_type.split()}


@pytest.mark.parametrize(
    ("wrong", "error"),
    [({"prompt": "none"}, "login_required"), ({"response_type": None}, "invalid_request")],
)
def test_errors_are_posted_too(
    suite: Suite, client: SuiteClient, wrong: dict[str, str | None], error: str
) -> None:
    """26. Form Post Response Mode section 2; a missing `response_type` among them."""
    page = suite.start(client, response_mode="form_post", state="abc", **wrong)
    fields = posted(page, CALLBACK)
    assert (fields["error"], fields["state"]) == (error, "abc")


def posted(page: Page, redirect_uri: str) -> dict[str, str]:
    """Return the fields of the form that the page posts by itself."""
    assert (page.status, page.location) == (200, "")
    form = page.form(redirect_uri)
    assert form.method == "post"
    assert "enctype" not in page.text, "the default is application/x-www-form-urlencoded"
    policy = page.response.headers["content-security-policy"]
    sources = next(part for part in policy.split(";") if part.strip().startswith("form-action"))
    assert "https://rp.example" in sources
    return form.fields


@pytest.mark.parametrize("response_type", RESPONSE_TYPES)
def test_the_query_of_the_redirect_uri_is_kept(suite: Suite, response_type: str) -> None:
    """27. RFC 6749 section 3.1.2."""
    client = suite.register(redirect_uris=[WITH_QUERY])
    callback = suite.authorize(client, response_type=response_type)
    judge_placement(callback, WITH_QUERY, "?" if response_type == "code" else "#")
    query = dict(parse_qsl(urlsplit(callback.url).query))
    assert (query["dummy1"], query["dummy2"]) == ("lorem", "ipsum")


@pytest.fixture
def key() -> Key:
    return new_key("RS256", "rp")


@pytest.fixture
def signing(suite: Suite, key: Key) -> SuiteClient:
    """A client that signs its request objects."""
    return suite.register(
        jwks=jwks(key),
        request_object_signing_alg="RS256",
        redirect_uris=[CALLBACK, CALLBACK + "2"],
    )


def test_what_a_request_object_says_counts(suite: Suite, signing: SuiteClient, key: Key) -> None:
    """28. OpenID Connect Core section 6.1: its parameters win, the redirect URI among them."""
    claims = signing.parameters(
        scope="openid email", state="inside", nonce="n-inside", redirect_uri=CALLBACK + "2"
    )
    request = request_object(key, **claims, iss=signing.client_id, aud=signing.issuer)
    callback = suite.authorize(
        signing,
        request=request,
        state="outside",
        nonce="n-outside",
        redirect_uri="https://rp.example/unregistered",
    )
    assert callback.url.startswith(CALLBACK + "2?")
    assert callback["state"] == "inside"
    tokens = signing.read(signing.exchange(callback["code"], redirect_uri=CALLBACK + "2"))
    assert signing.claims(tokens.id_token)["nonce"] == "n-inside"
    assert "email" in signing.userinfo(tokens.access_token).json()


def test_a_request_object_needs_nothing_beside_it_but_the_client(
    suite: Suite, signing: SuiteClient, key: Key
) -> None:
    """28. RFC 9101 section 5: `client_id` and the object are the whole request."""
    claims = signing.parameters(scope="openid", state="inside")
    request = request_object(key, **claims, iss=signing.client_id, aud=signing.issuer)
    page = suite.browser.get("/authorize", {"client_id": signing.client_id, "request": request})
    judge_success(suite.browser.pass_pages(page, suite.user), signing, "code", "inside")


@pytest.mark.parametrize("algorithm", ["none", "another key"])
def test_a_request_object_that_is_not_supported_is_refused_by_a_redirect(
    suite: Suite, signing: SuiteClient, algorithm: str
) -> None:
    """28. OpenID Connect Core section 3.1.2.6: never ignored."""
    claims = signing.parameters(scope="openid", state="abc")
    claims |= {"iss": signing.client_id, "aud": signing.issuer}
    foreign = new_key("RS256", "rp")
    request = unsigned(**claims) if algorithm == "none" else request_object(foreign, **claims)
    callback = suite.silently(signing, request=request, state="abc")
    judge_error(callback, signing, UNSUPPORTED, "abc")


def test_such_an_object_beside_an_unregistered_redirect_uri_is_answered_with_a_page(
    suite: Suite, signing: SuiteClient
) -> None:
    """28. OpenID Connect Core section 3.1.2.1: no other address stands in for it."""
    request = unsigned(**signing.parameters(scope="openid"), iss=signing.client_id)
    uri = "https://rp.example/unregistered"
    judge_error_page(suite.start(signing, request=request, redirect_uri=uri))


def test_a_request_object_at_an_unregistered_address_is_refused_by_a_redirect(
    suite: Suite, client: SuiteClient
) -> None:
    """28. OpenID Connect Core section 3.1.2.6."""
    uri = "https://rp.example/request.jwt"
    callback = suite.silently(client, request_uri=uri, state="abc")
    errors = {"request_uri_not_supported", "invalid_request_uri"}
    judge_error(callback, client, errors, "abc")


def test_a_claim_asked_for_from_userinfo_is_there_and_not_in_the_id_token(
    suite: Suite, client: SuiteClient
) -> None:
    """29. OpenID Connect Core section 5.5."""
    claims = json.dumps({"userinfo": {"name": {"essential": True}}})
    tokens = suite.enter(client, claims=claims)
    assert client.userinfo(tokens.access_token).json()["name"] == suite.user.name
    assert "name" not in client.claims(tokens.id_token)


def test_a_claim_asked_for_in_the_id_token_is_there(suite: Suite, client: SuiteClient) -> None:
    """29. OpenID Connect Core section 5.5."""
    claims = json.dumps({"id_token": {"email": None, "auth_time": {"essential": True}}})
    told = suite.claims(client, claims=claims)
    assert told["email"] and told["auth_time"]


@pytest.mark.parametrize("response_type", ["code", "code id_token token"])
def test_codes_are_long_and_random(suite: Suite, client: SuiteClient, response_type: str) -> None:
    """30. RFC 6749 section 10.10: 128 bits of length, 96 bits of entropy in the string itself."""
    codes = [suite.authorize(client, response_type=response_type)["code"] for _ in range(3)]
    assert all(map(is_unguessable, codes)) and len(set(codes)) == 3


def test_the_measure_of_entropy_is_right() -> None:
    """30. RFC 6749 section 10.10: the measure itself, or the test before would prove nothing."""
    assert shannon_bits("a" * 1000) == 0
    assert shannon_bits("ab" * 50) == 100
    assert not is_unguessable("0123456789abcdef") and is_unguessable("0123456789abcdef" * 2)
