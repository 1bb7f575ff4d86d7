"""Signed authorization requests, by value (RFC 9101, OpenID Connect Core section 6.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.protocol.browser import Browser
from tests.protocol.conftest import NewPortal
from tests.protocol.key_server import serving_keys
from tests.protocol.refusals import sent_back, shown_on_a_page
from tests.protocol.relying_party import RelyingParty
from tests.protocol.signing_client import ES256, KEYS, RSA, public_jwks, request_object, sign
from tests.provider import Citizen, RunningProvider

OTHER_URI = "http://localhost:9/other"
INVALID = "invalid_request_object"
Ask = Callable[..., dict[str, str]]


@pytest.fixture
def portal(new_portal: NewPortal) -> RelyingParty:
    return new_portal(jwks=public_jwks())


@pytest.fixture
def ask(provider: RunningProvider) -> Ask:
    """Return what a browser brings: a signed request and beside it no more than a client has to
    send in the clear. `changes` are claims; `beside` more parameters in the clear."""

    def build(
        portal: RelyingParty,
        alg: str = "ES256",
        beside: dict[str, str] | None = None,
        header: dict[str, Any] | None = None,
        **changes: Any,
    ) -> dict[str, str]:
        inside = request_object(portal.issuer, portal.parameters(), provider.clock.now(), **changes)
        token = sign(inside, alg, **(header or {}))
        return {"client_id": portal.client_id, "request": token, **(beside or {})}

    return build


@pytest.mark.parametrize("alg", KEYS)
def test_a_request_signed_with_each_algorithm_is_answered(
    browser: Browser, citizen: Citizen, portal: RelyingParty, ask: Ask, alg: str
) -> None:
    callback = browser.pass_pages(browser.get("/authorize", ask(portal, alg, nonce="n")), citizen)
    assert portal.claims(portal.tokens(callback["code"]).id_token)["nonce"] == "n"


@pytest.mark.parametrize("typ", [None, "JWT", "oauth-authz-req+jwt"])
def test_a_request_object_need_not_say_its_type(
    browser: Browser, portal: RelyingParty, ask: Ask, typ: str | None
) -> None:
    page = browser.get("/authorize", ask(portal, header={"typ": typ}))
    assert page.path == "/login"


def test_what_stands_beside_it_does_not_count(
    browser: Browser, citizen: Citizen, portal: RelyingParty, ask: Ask
) -> None:
    """RFC 9101 section 6.3: not even what is missing inside."""
    beside = {"state": "theirs", "scope": "openid profile phone", "prompt": "none", "max_age": "0"}
    asked = ask(portal, beside=beside, state="mine", scope="openid")
    callback = browser.pass_pages(browser.get("/authorize", asked), citizen)
    assert callback["state"] == "mine"
    assert portal.tokens(callback["code"]).body["scope"] == "openid"


def test_another_redirect_uri_beside_it_does_not_count(
    browser: Browser, citizen: Citizen, new_portal: NewPortal, ask: Ask
) -> None:
    portal = new_portal(
        jwks=public_jwks(), redirect_uris=["http://localhost:9/callback", OTHER_URI]
    )
    page = browser.get("/authorize", ask(portal, beside={"redirect_uri": OTHER_URI}))
    callback = browser.pass_pages(page, citizen)
    assert callback.url.startswith(portal.redirect_uri + "?")
    assert portal.exchange(callback["code"], redirect_uri=OTHER_URI).status_code == 400


def test_a_redirect_uri_that_is_only_beside_it_is_none(
    browser: Browser, portal: RelyingParty, ask: Ask
) -> None:
    beside = {"redirect_uri": portal.redirect_uri, "state": "s"}
    shown_on_a_page(
        browser.get("/authorize", ask(portal, beside=beside, redirect_uri=None)), "redirect_uri"
    )


def test_a_redirect_uri_inside_has_to_be_registered(
    browser: Browser, portal: RelyingParty, ask: Ask
) -> None:
    """And nothing is told to the one outside, which is not the one of this request."""
    asked = ask(
        portal,
        beside={"redirect_uri": portal.redirect_uri},
        redirect_uri="https://evil.example/",
    )
    shown_on_a_page(browser.get("/authorize", asked), "redirect_uri")


def test_claims_may_be_an_object_and_max_age_a_number(
    browser: Browser, citizen: Citizen, portal: RelyingParty, ask: Ask
) -> None:
    """RFC 9101 section 4, OpenID Connect Core section 6.1."""
    asked = ask(portal, claims={"id_token": {"name": {"essential": True}}}, max_age=600)
    callback = browser.pass_pages(browser.get("/authorize", asked), citizen)
    claims = portal.claims(portal.tokens(callback["code"]).id_token)
    assert claims["name"] == citizen.name
    assert claims["auth_time"] > 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_age", 1.5),
        ("max_age", True),
        ("state", ["a"]),
        ("state", False),
        ("scope", ["openid"]),
    ],
)
def test_a_member_of_the_wrong_kind_is_refused(
    browser: Browser, portal: RelyingParty, ask: Ask, name: str, value: Any
) -> None:
    beside = {"redirect_uri": portal.redirect_uri, "state": "beside"}
    page = browser.get("/authorize", ask(portal, beside=beside, **{name: value}))
    sent_back(page, portal, INVALID, "beside")


def test_errors_of_a_valid_object_go_where_it_says(
    browser: Browser, portal: RelyingParty, ask: Ask
) -> None:
    page = browser.get("/authorize", ask(portal, scope="openid email", state="inside"))
    sent_back(page, portal, "invalid_scope", "inside")


def test_a_client_that_registered_so_has_to_sign(
    browser: Browser, citizen: Citizen, new_portal: NewPortal, ask: Ask
) -> None:
    """RFC 9101 section 10.5."""
    portal = new_portal(jwks=public_jwks(), require_signed_request_object=True)
    parameters = portal.parameters()
    sent_back(browser.get("/authorize", parameters), portal, INVALID, parameters["state"])
    assert browser.pass_pages(browser.get("/authorize", ask(portal)), citizen)["code"]


def test_the_registered_algorithm_is_the_only_one(
    browser: Browser, new_portal: NewPortal, ask: Ask
) -> None:
    portal = new_portal(jwks=public_jwks(), request_object_signing_alg="PS256")
    for alg in ("RS256", "ES256", "EdDSA"):
        shown_on_a_page(browser.get("/authorize", ask(portal, alg)), "request")
    assert browser.get("/authorize", ask(portal, "PS256")).path == "/login"


def test_it_may_come_by_post(
    browser: Browser, citizen: Citizen, portal: RelyingParty, ask: Ask
) -> None:
    callback = browser.pass_pages(browser.post("/authorize", ask(portal)), citizen)
    assert callback["code"]


def test_what_was_begun_in_time_may_be_finished_after_its_end(
    provider: RunningProvider, browser: Browser, citizen: Citizen, portal: RelyingParty, ask: Ask
) -> None:
    page = browser.get("/authorize", ask(portal))
    provider.clock.advance(400)
    assert browser.pass_pages(page, citizen)["code"]


def test_one_with_a_jti_is_answered_once(
    browser: Browser, citizen: Citizen, portal: RelyingParty, ask: Ask
) -> None:
    """Loading the login page again does not use it up, the answer does."""
    asked = ask(portal, jti="only-once", state="mine")
    assert browser.get("/authorize", asked).path == "/login"
    assert browser.pass_pages(browser.get("/authorize", asked), citizen)["code"]
    again = browser.get("/authorize", asked)
    sent_back(again, portal, INVALID, "mine")


def test_two_browsers_that_bring_one_jti_get_one_answer(
    browser: Browser,
    new_browser: Callable[[], Browser],
    citizen: Citizen,
    portal: RelyingParty,
    ask: Ask,
) -> None:
    asked, other = ask(portal, jti="only-once"), new_browser()
    first, second = browser.get("/authorize", asked), other.get("/authorize", asked)
    assert browser.pass_pages(first, citizen)["code"]
    refused = other.pass_pages(second, citizen)
    assert refused["error"] == INVALID
    assert "code" not in refused.names()


def test_one_without_a_jti_may_be_answered_again(
    browser: Browser, citizen: Citizen, portal: RelyingParty, ask: Ask
) -> None:
    """OpenID Connect Core section 6.1 knows no such member; its `nonce` binds what comes of it."""
    asked = ask(portal)
    assert browser.pass_pages(browser.get("/authorize", asked), citizen)["code"]
    assert browser.pass_pages(browser.get("/authorize", asked), citizen)["code"]


def test_two_clients_may_choose_the_same_jti(
    browser: Browser, citizen: Citizen, new_portal: NewPortal, ask: Ask
) -> None:
    for _ in range(2):
        asked = ask(new_portal(jwks=public_jwks()), jti="chosen-twice")
        assert browser.pass_pages(browser.get("/authorize", asked), citizen)["code"]


def test_an_unknown_key_makes_us_look_once_and_not_once_per_request(
    browser: Browser, new_portal: NewPortal, ask: Ask, provider: RunningProvider
) -> None:
    with serving_keys() as published:
        published.document = public_jwks(RSA)
        portal = new_portal(jwks_uri=published.url)
        assert browser.get("/authorize", ask(portal, "RS256")).path == "/login"
        provider.clock.advance(11)
        for _ in range(3):
            shown_on_a_page(browser.get("/authorize", ask(portal)), "request")
        assert published.requests == 2
        published.document = public_jwks(RSA, ES256)
        provider.clock.advance(11)
        assert browser.get("/authorize", ask(portal)).path == "/login"
        assert published.requests == 3
