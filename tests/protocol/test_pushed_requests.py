"""Pushed authorization requests (RFC 9126)."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest

from tests.protocol.browser import Browser
from tests.protocol.conftest import NewPortal
from tests.protocol.refusals import not_granted, sent_back, shown_on_a_page
from tests.protocol.relying_party import RelyingParty
from tests.protocol.signing_client import public_jwks, request_object, sign
from tests.provider import Citizen, RunningProvider

PREFIX = "urn:ietf:params:oauth:request_uri:"
NewBrowser = Callable[[], Browser]


def pushed(portal: RelyingParty, **changes: str | None) -> str:
    """Push a request, which must succeed; returns its `request_uri`."""
    answer = portal.post("/par", **portal.parameters(**changes))
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body.keys() == {"request_uri", "expires_in"}
    assert 0 < body["expires_in"] <= 90
    assert body["request_uri"].startswith(PREFIX)
    return str(body["request_uri"])


def query(portal: RelyingParty, request_uri: str) -> dict[str, str]:
    return {"client_id": portal.client_id, "request_uri": request_uri}


def test_a_pushed_request_is_answered_like_any_other(
    browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    request_uri = pushed(portal, state="left-here", nonce="n-1")
    page = browser.get("/authorize", query(portal, request_uri))
    callback = browser.pass_pages(page, citizen)
    assert callback["state"] == "left-here"
    assert portal.claims(portal.tokens(callback["code"]).id_token)["nonce"] == "n-1"


def test_what_the_browser_brings_beside_it_does_not_count(
    browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    """RFC 9126 section 4, RFC 9101 section 6.3."""
    request_uri = pushed(portal, scope="openid", state="mine")
    asked = {**query(portal, request_uri), "state": "theirs", "scope": "openid profile"}
    callback = browser.pass_pages(browser.get("/authorize", asked), citizen)
    assert callback["state"] == "mine"
    assert portal.tokens(callback["code"]).body["scope"] == "openid"


def test_it_is_answered_once(
    browser: Browser, new_browser: NewBrowser, citizen: Citizen, portal: RelyingParty
) -> None:
    request_uri = pushed(portal)
    callback = browser.pass_pages(browser.get("/authorize", query(portal, request_uri)), citizen)
    assert callback["code"]
    for again in (browser, new_browser()):
        shown_on_a_page(again.get("/authorize", query(portal, request_uri)), "request_uri")


def test_two_browsers_that_begin_it_get_one_answer(
    browser: Browser, new_browser: NewBrowser, citizen: Citizen, portal: RelyingParty
) -> None:
    request_uri = pushed(portal)
    other = new_browser()
    first = browser.get("/authorize", query(portal, request_uri))
    second = other.get("/authorize", query(portal, request_uri))
    assert browser.pass_pages(first, citizen)["code"]
    refused = other.pass_pages(second, citizen)
    assert refused["error"] == "invalid_request_uri"
    assert "code" not in refused.names()


def test_the_login_page_may_be_loaded_again_before_the_answer(
    browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    request_uri = pushed(portal)
    assert browser.get("/authorize", query(portal, request_uri)).path == "/login"
    again = browser.get("/authorize", query(portal, request_uri))
    assert browser.pass_pages(again, citizen)["code"]


def test_it_cannot_be_begun_after_it_has_expired(
    provider: RunningProvider, browser: Browser, portal: RelyingParty
) -> None:
    request_uri = pushed(portal)
    provider.clock.advance(91)
    shown_on_a_page(browser.get("/authorize", query(portal, request_uri)), "request_uri")


def test_what_was_begun_in_time_may_be_finished_later(
    provider: RunningProvider, browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    page = browser.get("/authorize", query(portal, pushed(portal)))
    provider.clock.advance(300)
    assert browser.pass_pages(page, citizen)["code"]


def test_another_client_cannot_use_it(
    browser: Browser, portal: RelyingParty, new_portal: NewPortal
) -> None:
    request_uri = pushed(portal)
    shown_on_a_page(browser.get("/authorize", query(new_portal(), request_uri)), "request_uri")


@pytest.mark.parametrize("reference", ["", "x", "A" * 43, "A" * 5000])
def test_a_guessed_reference_leads_nowhere(
    browser: Browser, portal: RelyingParty, reference: str
) -> None:
    shown_on_a_page(browser.get("/authorize", query(portal, PREFIX + reference)), "request_uri")


def test_the_client_has_to_authenticate(portal: RelyingParty, http: httpx2.Client) -> None:
    answer = http.post("/par", data=portal.parameters())
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


def test_a_public_client_may_push(
    browser: Browser, citizen: Citizen, new_portal: NewPortal
) -> None:
    portal = new_portal(token_endpoint_auth_method="none")
    page = browser.get("/authorize", query(portal, pushed(portal)))
    assert browser.pass_pages(page, citizen)["code"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "openid email"}, "invalid_scope"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"request_uri": PREFIX + "A" * 43}, "invalid_request"),
        ({"request": "not a JWT"}, "invalid_request_object"),
        ({"max_age": "soon"}, "invalid_request"),
    ],
)
def test_a_faulty_request_is_refused_when_it_is_pushed(
    portal: RelyingParty, changes: dict[str, str | None], error: str
) -> None:
    not_granted(portal.post("/par", **portal.parameters(**changes)), error)


def test_a_client_that_registered_so_has_to_push(
    browser: Browser, citizen: Citizen, new_portal: NewPortal
) -> None:
    portal = new_portal(require_pushed_authorization_requests=True)
    parameters = portal.parameters()
    sent_back(browser.get("/authorize", parameters), portal, "invalid_request", parameters["state"])
    page = browser.get("/authorize", query(portal, pushed(portal)))
    assert browser.pass_pages(page, citizen)["code"]


def test_a_signed_request_may_be_pushed_and_its_jti_is_then_spent(
    provider: RunningProvider, browser: Browser, citizen: Citizen, new_portal: NewPortal
) -> None:
    portal = new_portal(jwks=public_jwks(), require_signed_request_object=True)
    parameters, now = portal.parameters(state="signed"), provider.clock.now()
    claims = request_object(portal.issuer, parameters, now, jti="once")
    answer = portal.post("/par", client_id=portal.client_id, request=sign(claims))
    assert answer.status_code == 201, answer.text
    page = browser.get("/authorize", query(portal, answer.json()["request_uri"]))
    assert browser.pass_pages(page, citizen)["state"] == "signed"
    again = portal.post("/par", client_id=portal.client_id, request=sign(claims))
    not_granted(again, "invalid_request_object")


def test_the_endpoint_is_advertised(http: httpx2.Client, provider: RunningProvider) -> None:
    document = http.get("/.well-known/openid-configuration").json()
    assert document["pushed_authorization_request_endpoint"] == provider.url + "/par"
    assert document["require_pushed_authorization_requests"] is False


def test_a_reference_is_not_in_the_database(
    provider: RunningProvider, portal: RelyingParty
) -> None:
    request_uri = pushed(portal, login_hint="13900000000")
    content = b"".join(path.read_bytes() for path in provider.folder.glob("tongxing.db*"))
    assert request_uri.removeprefix(PREFIX).encode() not in content
    assert b"13900000000" not in content
