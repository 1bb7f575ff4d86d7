"""requests-oauth2client as it comes, with each way of authenticating a client that it knows."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml
from jwskate import Jwk
from playwright.sync_api import Page
from requests.auth import AuthBase
from requests_oauth2client import (
    AuthorizationRequest,
    BearerToken,
    ClientSecretBasic,
    ClientSecretJwt,
    ClientSecretPost,
    InvalidClient,
    InvalidGrant,
    InvalidScope,
    OAuth2Client,
    PrivateKeyJwt,
)

from tests.interop.person import AuthorizationRequests
from tests.interop.python_portal import python_portal
from tests.interop.registration import CLIENT_ID, KITS, PORTAL_URL, RegisteredClient
from tests.protocol.browser import Browser
from tests.protocol.relying_party import REDIRECT_URI
from tests.provider import Citizen, RunningProvider
from tests.servers.ports import free_port

KIT = "requests-oauth2client"
METHODS = ("client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt")
KEY = Jwk.generate(alg="ES256").with_kid_thumbprint()
NewClient = Callable[..., OAuth2Client]


@pytest.fixture
def new_client(provider: RunningProvider, new_client_id: Callable[[], str]) -> NewClient:
    """Register a client that authenticates by `method`, and let the library discover the rest."""

    def register(method: str, **changes: Any) -> OAuth2Client:
        client_id, secret = new_client_id(), secrets.token_urlsafe(32)
        has_key = method == "private_key_jwt"
        document = {
            "client_id": client_id,
            "client_name": "示例门户",
            "redirect_uris": [REDIRECT_URI],
            "grant_types": ["authorization_code", "refresh_token"],
            "scope": "openid profile",
            "claims": [{"name": "name", "purpose": "核对办事人身份"}],
            "token_endpoint_auth_method": method,
            # By itself the library names the endpoint.
            "client_assertion_audience": "issuer_or_endpoint",
            **({"jwks": {"keys": [KEY.public_jwk().to_dict()]}} if has_key else {}),
            **changes,
        }
        provider.register(document, None if has_key else secret)
        auth: dict[str, Callable[[], AuthBase]] = {
            "client_secret_basic": lambda: ClientSecretBasic(client_id, secret),
            "client_secret_post": lambda: ClientSecretPost(client_id, secret),
            "client_secret_jwt": lambda: ClientSecretJwt(client_id, secret),
            "private_key_jwt": lambda: PrivateKeyJwt(client_id, KEY),
        }
        return discovered(provider, auth[method]())

    return register


def discovered(provider: RunningProvider, auth: AuthBase) -> OAuth2Client:
    return OAuth2Client.from_discovery_endpoint(
        issuer=provider.url,
        auth=auth,
        redirect_uri=REDIRECT_URI,
        id_token_signed_response_alg="ES256",
        testing=True,
    )


@pytest.fixture
def browser(provider: RunningProvider) -> Iterator[Browser]:
    opened = Browser(provider.url)
    yield opened
    opened.close()


def request_of(client: OAuth2Client, **parameters: Any) -> AuthorizationRequest:
    return client.authorization_request(
        scope="openid profile", authorization_response_iss_parameter_supported=True, **parameters
    )


def sign_in(
    client: OAuth2Client, request: AuthorizationRequest, uri: str, browser: Browser, who: Citizen
) -> BearerToken:
    """Send a person to `uri`, which stands for `request`; returns the tokens, all checked."""
    callback = browser.pass_pages(browser.get(uri), who)
    return client.authorization_code(request.validate_callback(callback.url))


@pytest.mark.parametrize("method", METHODS)
def test_tokens_are_got_refreshed_examined_and_revoked(
    new_client: NewClient, browser: Browser, citizen: Citizen, method: str
) -> None:
    client = new_client(method)
    request = request_of(client)
    token = sign_in(client, request, request.uri, browser, citizen)
    assert client.userinfo(token)["name"] == citizen.name
    assert client.introspect_token(token)["active"] is True

    renewed = client.refresh_token(token)
    assert renewed.refresh_token != token.refresh_token
    assert client.revoke_refresh_token(renewed) is True
    assert client.introspect_token(renewed)["active"] is False
    with pytest.raises(InvalidGrant):
        client.refresh_token(renewed)


def test_a_level_and_an_age_that_were_asked_for_are_checked(
    new_client: NewClient, provider: RunningProvider, browser: Browser, citizen: Citizen
) -> None:
    client = new_client("client_secret_basic")
    level = provider.services.settings.acr_values[1]
    request = request_of(client, acr_values=level, max_age=60)
    token = sign_in(client, request, request.uri, browser, citizen)
    assert token.id_token is not None
    assert token.id_token.claims["acr"] == level


def test_a_key_that_is_not_registered_authenticates_nobody(
    new_client: NewClient, provider: RunningProvider, browser: Browser, citizen: Citizen
) -> None:
    client = new_client("private_key_jwt")
    request = request_of(client)
    callback = browser.pass_pages(browser.get(request.uri), citizen)
    stolen = Jwk.generate(alg="ES256").to_dict() | {"kid": KEY.kid}
    other = discovered(provider, PrivateKeyJwt(client.client_id, stolen))
    with pytest.raises(InvalidClient):
        other.authorization_code(request.validate_callback(callback.url))


def test_an_assertion_for_another_server_authenticates_nobody(
    new_client: NewClient, provider: RunningProvider
) -> None:
    client = new_client("private_key_jwt")
    elsewhere = PrivateKeyJwt(client.client_id, KEY, aud="https://id.example.com")
    with pytest.raises(InvalidClient):
        discovered(provider, elsewhere).refresh_token("whatever")


@pytest.mark.parametrize("method", METHODS)
def test_a_pushed_request_signs_in(
    new_client: NewClient, browser: Browser, citizen: Citizen, method: str
) -> None:
    """RFC 9126."""
    client = new_client(method, require_pushed_authorization_requests=True)
    request = request_of(client)
    pushed = client.pushed_authorization_request(request)
    assert set(dict(parse_qsl(urlsplit(pushed.uri).query))) == {"client_id", "request_uri"}
    assert sign_in(client, request, pushed.uri, browser, citizen).id_token is not None


def test_a_request_that_is_not_good_is_refused_when_it_is_pushed(new_client: NewClient) -> None:
    client = new_client("client_secret_basic")
    request = client.authorization_request(scope="openid email")
    with pytest.raises(InvalidScope):
        client.pushed_authorization_request(request)


def test_a_signed_request_signs_in(
    new_client: NewClient, provider: RunningProvider, browser: Browser, citizen: Citizen
) -> None:
    """RFC 9101. The library leaves `iss` and `aud` of section 4 to the caller, sends typ JWT, and
    cannot push what it signed."""
    client = new_client(
        "private_key_jwt", require_signed_request_object=True, request_object_signing_alg="ES256"
    )
    request = request_of(client, iss=client.client_id, aud=provider.url)
    signed = request.sign(KEY, lifetime=60, scope="openid", response_type="code")
    assert sign_in(client, request, signed.uri, browser, citizen).id_token is not None


def test_a_signed_request_under_another_key_is_refused(
    new_client: NewClient, provider: RunningProvider, browser: Browser
) -> None:
    client = new_client("private_key_jwt", request_object_signing_alg="ES256")
    request = request_of(client, iss=client.client_id, aud=provider.url)
    other = Jwk.generate(alg="ES256").to_dict() | {"kid": KEY.kid}
    page = browser.get(request.sign(other, lifetime=60, scope="openid", response_type="code").uri)
    assert page.status == 400
    assert "<code>request</code>" in page.text


def test_the_kit_signs_people_in_with_a_key_of_its_own(
    page: Page,
    provider: RunningProvider,
    new_client_id: Callable[[], str],
    citizen: Citizen,
    tmp_path: Path,
) -> None:
    port, client_id = free_port(), new_client_id()
    text = (KITS / KIT / "client.yaml").read_text(encoding="utf-8")
    text = text.replace(PORTAL_URL, f"http://127.0.0.1:{port}").replace(CLIENT_ID, client_id)
    (document,) = yaml.safe_load(text)["clients"]
    document["token_endpoint_auth_method"] = "private_key_jwt"
    document["jwks"] = {"keys": [KEY.public_jwk().to_dict()]}
    provider.register(document, None)
    key = tmp_path / "portal.jwk"
    key.write_text(json.dumps(KEY.to_dict()), encoding="ascii")
    client = RegisteredClient(client_id, "")
    requests = AuthorizationRequests(page, provider.url)
    with python_portal(KIT, provider.url, client, port, PORTAL_CLIENT_KEY=str(key)) as portal:
        portal.enter(page, citizen)
        # It pushes wherever the metadata name an endpoint for it.
        assert set(dict(parse_qsl(urlsplit(requests.urls[0]).query))) == {
            "client_id",
            "request_uri",
        }
        page.locator("#refresh").click()
        page.locator("#refreshed").filter(has_text="1").wait_for()


def test_both_python_kits_show_the_same_pages() -> None:
    """Each is complete by itself, so the file is there twice."""
    one, other = (KITS / kit / "pages.py" for kit in ("authlib", "requests-oauth2client"))
    assert one.read_bytes() == other.read_bytes()
