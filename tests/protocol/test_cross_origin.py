"""Scripts of other sites may call what no cookie opens, and nothing else (Fetch, section 3.2)."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest

from idp.web.cross_origin import CROSS_ORIGIN_PATHS
from tests.protocol.browser import Browser, Callback
from tests.protocol.conftest import NewPortal
from tests.protocol.raw_http import ask
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.protocol.surface import METHODS, endpoints
from tests.provider import RunningProvider

ORIGIN = "https://app.example.gov.cn"
ALLOW_ORIGIN = "access-control-allow-origin"
PATHS = sorted(CROSS_ORIGIN_PATHS)
GRANTING = "access-control-"


def _preflight(http: httpx2.Client, path: str, method: str, header: str) -> httpx2.Response:
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": header,
    }
    return http.request("OPTIONS", path, headers=headers)


def _is_open_to_scripts(response: httpx2.Response) -> bool:
    """Whether a script reads the response: one wildcard, and never with credentials."""
    assert "access-control-allow-credentials" not in response.headers
    return response.headers.get_list(ALLOW_ORIGIN) == ["*"]


def _names(value: str) -> set[str]:
    return {name.strip().lower() for name in value.split(",")}


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_is_answered(http: httpx2.Client, path: str) -> None:
    response = _preflight(http, path, "POST", "authorization,content-type")
    assert response.status_code == 204
    assert response.content == b""
    assert _is_open_to_scripts(response)
    allowed = _names(response.headers["access-control-allow-headers"])
    assert {"authorization", "content-type"} <= allowed
    assert "*" not in allowed
    assert {"get", "post"} <= _names(response.headers["access-control-allow-methods"])
    assert response.headers["x-request-id"]


@pytest.mark.parametrize("path", PATHS)
def test_options_without_a_preflights_headers_is_an_unknown_method(
    http: httpx2.Client, path: str
) -> None:
    assert http.request("OPTIONS", path, headers={"Origin": ORIGIN}).status_code == 405


def test_a_public_client_gets_uses_and_ends_its_tokens_from_a_script(
    new_portal: NewPortal, authorize: Callable[..., Callback], http: httpx2.Client
) -> None:
    http.headers["Origin"] = ORIGIN
    portal = new_portal(token_endpoint_auth_method="none")
    redeemed = portal.exchange(authorize(portal)["code"])
    tokens = portal.read(redeemed)
    refreshed = portal.refresh(tokens.refresh_token)
    userinfo = portal.userinfo(portal.read(refreshed).access_token)
    revoked = portal.post("/revoke", token=portal.read(refreshed).refresh_token)
    for response in (redeemed, refreshed, userinfo, revoked):
        assert response.status_code == 200
        assert _is_open_to_scripts(response)
        assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/token", {"grant_type": "refresh_token", "client_id": "nobody"}),
        ("/revoke", {"token": "none", "client_id": "nobody"}),
        ("/userinfo", {}),
    ],
)
def test_scripts_can_read_why_they_are_refused(
    http: httpx2.Client, path: str, form: dict[str, str]
) -> None:
    response = http.post(path, data=form)
    assert response.status_code == 401
    assert _is_open_to_scripts(response)
    assert "www-authenticate" in response.headers
    exposed = _names(response.headers["access-control-expose-headers"])
    assert {"www-authenticate", "retry-after"} <= exposed


def test_scripts_can_read_that_a_grant_is_no_good(new_portal: NewPortal) -> None:
    portal = new_portal(token_endpoint_auth_method="none")
    response = portal.exchange("not-a-code")
    assert response.json()["error"] == "invalid_grant"
    assert _is_open_to_scripts(response)


def test_refusals_of_the_outer_layers_can_be_read_too(
    provider: RunningProvider, http: httpx2.Client
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    limit = provider.services.settings.http.max_body_bytes
    too_large = http.post("/token", content=b"a" * (limit + 1), headers=form)
    assert too_large.status_code == 413
    too_long = http.get("/userinfo", params={"a": "a" * 20_000})
    assert too_long.status_code == 414
    not_known = http.request("DELETE", "/jwks")
    assert not_known.status_code == 405
    assert all(map(_is_open_to_scripts, (too_large, too_long, not_known)))


def test_no_cookie_opens_any_of_them(
    portal: RelyingParty, browser: Browser, enter: Callable[..., Tokens]
) -> None:
    """What a browser sends by itself makes no difference where any site may read."""
    token = enter(portal).refresh_token
    refresh = {"grant_type": "refresh_token", "refresh_token": token}
    answers = [
        browser.get("/userinfo"),
        browser.post("/userinfo", {}),
        browser.post("/revoke", {"token": token, "client_id": portal.client_id}),
        browser.post("/token", {**refresh, "client_id": portal.client_id}),
    ]
    assert [answer.status for answer in answers] == [401] * len(answers)


def test_nothing_else_can_be_called_from_scripts(
    provider: RunningProvider, http: httpx2.Client
) -> None:
    others = [endpoint for endpoint in endpoints(provider) if endpoint.path not in PATHS]
    assert {"/authorize", "/introspect", "/login", "/logout"} <= {each.path for each in others}
    for endpoint in others:
        preflight = _preflight(http, endpoint.path, "POST", "content-type")
        assert preflight.status_code >= 400, endpoint.path
        responses = [preflight]
        responses += [
            http.request(method, endpoint.path, headers={"Origin": ORIGIN})
            for method in sorted(endpoint.methods & set(METHODS))
        ]
        for response in responses:
            granted = [name for name in response.headers if name.startswith(GRANTING)]
            assert granted == [], (endpoint.path, response.request.method)


@pytest.mark.parametrize(
    "target", ["/token/", "/Token", "//token", "/jwks;a", "/.well-known/", "/introspect", "*"]
)
def test_a_path_that_only_resembles_one_of_them_is_not_open(
    provider: RunningProvider, target: str
) -> None:
    headers = [(b"Origin", ORIGIN.encode()), (b"Access-Control-Request-Method", b"POST")]
    answer = ask(provider.port, "OPTIONS", target, headers)
    assert answer.status >= 400
    assert not [name for name, _ in answer.headers if name.lower().startswith(GRANTING)]
