"""How clients prove who they are at the token endpoint and its neighbours."""

from __future__ import annotations

import base64
from collections.abc import Callable

import httpx2
import pytest

from tests.protocol.browser import Callback
from tests.protocol.conftest import NewPortal
from tests.protocol.relying_party import RelyingParty, Tokens, basic
from tests.provider import RunningProvider

Authorize = Callable[..., Callback]
METHODS = ("client_secret_basic", "client_secret_post", "none")
REFUSAL = {"error": "invalid_client", "error_description": "Client authentication failed"}


def grant(portal: RelyingParty, code: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": portal.redirect_uri,
        "code_verifier": portal.verifier,
    }


def refused(response: httpx2.Response) -> None:
    """RFC 6749 section 5.2: 401, the same words whatever was wrong, and a challenge."""
    assert response.status_code == 401
    assert response.json() == REFUSAL
    assert response.headers["www-authenticate"].startswith("Basic ")
    assert 'realm="' in response.headers["www-authenticate"]
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", METHODS)
def test_each_registered_method_is_accepted(
    new_portal: NewPortal, authorize: Authorize, method: str
) -> None:
    """OpenID Connect Core section 9."""
    portal = new_portal(token_endpoint_auth_method=method)
    assert portal.exchange(authorize(portal)["code"]).status_code == 200


def test_basic_credentials_are_form_encoded_before_base64(
    provider: RunningProvider, new_portal: NewPortal, authorize: Authorize
) -> None:
    """RFC 6749 section 2.3.1."""
    portal = new_portal(client_id="portal~with.every-character_of_an.id")
    portal.secret = "a secret/with+characters%to:encode?&=~" + "x" * 8
    _reregister(provider, portal)
    assert portal.exchange(authorize(portal)["code"]).status_code == 200
    unencoded = base64.b64encode(f"{portal.client_id}:{portal.secret}".encode()).decode()
    code = authorize(portal)["code"]
    headers = {"Authorization": f"Basic {unencoded}"}
    refused(portal.http.post("/token", data=grant(portal, code), headers=headers))


def _reregister(provider: RunningProvider, portal: RelyingParty) -> None:
    provider.register(portal.metadata, portal.secret)


def test_the_scheme_name_is_case_insensitive(portal: RelyingParty, authorize: Authorize) -> None:
    """RFC 9110 section 11.1."""
    code = authorize(portal)["code"]
    headers = basic(portal.client_id, str(portal.secret))
    headers = {"Authorization": headers["Authorization"].replace("Basic", "bAsIc")}
    assert portal.http.post("/token", data=grant(portal, code), headers=headers).is_success


@pytest.mark.parametrize("registered", METHODS)
@pytest.mark.parametrize("used", METHODS)
def test_a_method_other_than_the_registered_one_is_refused(
    new_portal: NewPortal, authorize: Authorize, registered: str, used: str
) -> None:
    """R24: one method per client, no downgrade."""
    if registered == used:
        return
    portal = new_portal(token_endpoint_auth_method=registered)
    code = authorize(portal)["code"]
    portal.secret = portal.secret or "x" * 43
    portal.metadata = {**portal.metadata, "token_endpoint_auth_method": used}
    refused(portal.exchange(code))
    portal.metadata = {**portal.metadata, "token_endpoint_auth_method": registered}
    assert portal.exchange(code).status_code == 200, "the refusal had no effect"


def test_wrong_secrets_unknown_clients_and_broken_headers_get_the_same_answer(
    portal: RelyingParty, authorize: Authorize
) -> None:
    """RFC 6749 section 5.2: nothing tells which part was wrong."""
    data = grant(portal, authorize(portal)["code"])
    right = basic(portal.client_id, str(portal.secret))["Authorization"]
    for value in (
        basic(portal.client_id, "wrong")["Authorization"],
        basic("nobody", str(portal.secret))["Authorization"],
        basic("no\x00body", "x")["Authorization"],
        basic(portal.client_id + "\n", str(portal.secret))["Authorization"],
        basic("", "")["Authorization"],
        basic(portal.client_id, "")["Authorization"],
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        "Basic " + "QUJD" * 2000,
        right[:-4],
        "Bearer " + right[6:],
        "Digest username=x",
        right + ", " + right,
    ):
        refused(portal.http.post("/token", data=data, headers={"Authorization": value}))
    refused(portal.http.post("/token", data=data))
    refused(portal.http.post("/token", data={**data, "client_id": "no\u00adbody"}))
    refused(portal.http.post("/token", data={**data, "client_secret": "x"}))
    assert portal.http.post("/token", data=data, headers={"Authorization": right}).is_success


def test_two_methods_at_once_are_refused(portal: RelyingParty, authorize: Authorize) -> None:
    """RFC 6749 sections 2.3 and 5.2: invalid_request, whether or not they agree."""
    data = grant(portal, authorize(portal)["code"])
    headers = basic(portal.client_id, str(portal.secret))
    both = {**data, "client_id": portal.client_id, "client_secret": str(portal.secret)}
    response = portal.http.post("/token", data=both, headers=headers)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


def test_a_broken_header_is_not_made_good_by_credentials_in_the_body(
    new_portal: NewPortal, authorize: Authorize
) -> None:
    """RFC 6749 section 2.3: one way only."""
    portal = new_portal(token_endpoint_auth_method="client_secret_post")
    data = grant(portal, authorize(portal)["code"])
    both = {**data, "client_id": portal.client_id, "client_secret": str(portal.secret)}
    refused(portal.http.post("/token", data=both, headers={"Authorization": "Basic broken"}))


def test_a_client_id_that_differs_from_the_authenticated_client_is_refused(
    portal: RelyingParty, authorize: Authorize
) -> None:
    """RFC 6749 section 3.2.1."""
    data = {**grant(portal, authorize(portal)["code"]), "client_id": "another"}
    headers = basic(portal.client_id, str(portal.secret))
    response = portal.http.post("/token", data=data, headers=headers)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    data["client_id"] = portal.client_id
    assert portal.http.post("/token", data=data, headers=headers).is_success


def test_credentials_in_the_query_count_for_nothing(
    new_portal: NewPortal, authorize: Authorize
) -> None:
    """RFC 6749 section 2.3.1: they must not be in the request URI."""
    portal = new_portal(token_endpoint_auth_method="client_secret_post")
    data = grant(portal, authorize(portal)["code"])
    query = {"client_id": portal.client_id, "client_secret": str(portal.secret)}
    refused(portal.http.post("/token", params=query, data=data))


@pytest.mark.parametrize("path", ["/introspect", "/revoke"])
def test_the_neighbours_of_the_token_endpoint_authenticate_alike(
    portal: RelyingParty, enter: Callable[..., Tokens], path: str
) -> None:
    """RFC 7662 section 2.1, RFC 7009 section 2.1, R14."""
    token = enter(portal).access_token
    refused(portal.http.post(path, data={"token": token}))
    wrong = basic(portal.client_id, "wrong")
    refused(portal.http.post(path, data={"token": token}, headers=wrong))
    assert portal.userinfo(token).status_code == 200


def test_a_disabled_client_cannot_authenticate_and_its_tokens_are_dead(
    provider: RunningProvider, portal: RelyingParty, enter: Callable[..., Tokens]
) -> None:
    """R12: within seconds."""
    tokens = enter(portal)
    provider.disable(portal.client_id)
    provider.clock.advance(5)
    refused(portal.refresh(tokens.refresh_token))
    assert portal.userinfo(tokens.access_token).status_code == 401
