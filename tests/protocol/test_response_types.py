"""Implicit and hybrid response types (OpenID Connect Core sections 3.2 and 3.3), which exist only
where the compatibility setting is on."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from idp.tokens.id_token import half_hash
from tests.protocol.browser import Browser, Callback
from tests.protocol.compatibility import (
    FRONT_CHANNEL_TYPES,
    HYBRID_TYPES,
    IMPLICIT_TYPES,
    compatible_provider,
    old_portal,
)
from tests.protocol.refusals import not_granted, sent_back
from tests.protocol.relying_party import RelyingParty
from tests.provider import Citizen, RunningProvider

_NUMBERS = itertools.count(1)
NO_PKCE = {"code_challenge": None, "code_challenge_method": None}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with compatible_provider(tmp_path_factory.mktemp("old") / "home") as running:
        yield running


@pytest.fixture
def old_http(old: RunningProvider) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=old.url) as client:
        yield client


@pytest.fixture
def person(old: RunningProvider) -> Citizen:
    return old.citizen()


@pytest.fixture
def old_browser(old: RunningProvider) -> Iterator[Browser]:
    browser = Browser(old.url)
    yield browser
    browser.close()


NewOldPortal = Callable[..., RelyingParty]


@pytest.fixture
def new_old_portal(old: RunningProvider, old_http: httpx2.Client) -> NewOldPortal:
    def register(**changes: Any) -> RelyingParty:
        return old_portal(old, old_http, f"old-{next(_NUMBERS)}", **changes)

    return register


Pass = Callable[..., Callback]


@pytest.fixture
def authorize_old(old_browser: Browser, person: Citizen) -> Pass:
    def run(portal: RelyingParty, **changes: str | None) -> Callback:
        page = old_browser.get("/authorize", portal.parameters(**{**NO_PKCE, **changes}))
        return old_browser.pass_pages(page, person)

    return run


@pytest.mark.parametrize("response_type", FRONT_CHANNEL_TYPES)
def test_without_the_setting_they_are_refused_in_the_fragment(
    browser: Browser, portal: RelyingParty, response_type: str
) -> None:
    parameters = portal.parameters(response_type=response_type)
    page = browser.get("/authorize", parameters)
    sent_back(page, portal, "unsupported_response_type", parameters["state"], where="#")


def test_without_the_setting_they_are_not_advertised(http: httpx2.Client) -> None:
    document = http.get("/.well-known/openid-configuration").json()
    assert document["response_types_supported"] == ["code"]
    assert "implicit" not in document["grant_types_supported"]


def test_with_the_setting_they_are_advertised(old_http: httpx2.Client) -> None:
    document = old_http.get("/.well-known/openid-configuration").json()
    assert set(document["response_types_supported"]) == {"code", *FRONT_CHANNEL_TYPES}
    assert {"authorization_code", "implicit"} <= set(document["grant_types_supported"])


@pytest.mark.parametrize("response_type", FRONT_CHANNEL_TYPES)
def test_everything_is_in_the_fragment_and_nothing_in_the_query(
    authorize_old: Pass, new_old_portal: NewOldPortal, response_type: str
) -> None:
    portal = new_old_portal()
    callback = authorize_old(portal, response_type=response_type)
    assert urlsplit(callback.url).query == ""
    brought = {name for name in callback.names() if name in ("code", "access_token", "id_token")}
    wanted = {"token": "access_token"}
    assert brought == {wanted.get(part, part) for part in response_type.split()}
    assert callback["iss"] == portal.issuer
    if "access_token" in brought:
        assert callback["token_type"].lower() == "bearer"
        assert int(callback["expires_in"]) > 0
        assert portal.userinfo(callback["access_token"]).status_code == 200


@pytest.mark.parametrize("response_type", [t for t in FRONT_CHANNEL_TYPES if "id_token" in t])
def test_an_id_token_is_tied_to_what_came_with_it(
    authorize_old: Pass, new_old_portal: NewOldPortal, response_type: str
) -> None:
    portal = new_old_portal()
    callback = authorize_old(portal, response_type=response_type, nonce="n-0S6_WzA2Mj")
    claims = portal.claims(callback["id_token"])
    assert claims["nonce"] == "n-0S6_WzA2Mj"
    assert claims["aud"] == portal.client_id
    assert ("at_hash" in claims) is ("access_token" in callback.names())
    assert ("c_hash" in claims) is ("code" in callback.names())
    if "at_hash" in claims:
        assert claims["at_hash"] == half_hash(callback["access_token"])
    if "c_hash" in claims:
        assert claims["c_hash"] == half_hash(callback["code"])


def test_the_order_of_a_response_type_does_not_matter(
    authorize_old: Pass, new_old_portal: NewOldPortal
) -> None:
    callback = authorize_old(new_old_portal(), response_type="token id_token code")
    assert {"code", "access_token", "id_token"} <= set(callback.names())


def test_an_id_token_alone_carries_the_claims_of_the_scopes(
    authorize_old: Pass, new_old_portal: NewOldPortal, person: Citizen
) -> None:
    portal = new_old_portal()
    alone = portal.claims(authorize_old(portal, response_type="id_token")["id_token"])
    assert alone["name"] == person.name
    beside = portal.claims(authorize_old(portal, response_type="id_token token")["id_token"])
    assert "name" not in beside


@pytest.mark.parametrize("response_type", HYBRID_TYPES)
def test_the_code_of_a_hybrid_answer_is_redeemed_once_for_the_same_subject(
    authorize_old: Pass, new_old_portal: NewOldPortal, response_type: str
) -> None:
    portal = new_old_portal()
    callback = authorize_old(portal, response_type=response_type)
    portal.verifier = ""
    tokens = portal.read(portal.exchange(callback["code"], code_verifier=None))
    later = portal.claims(tokens.id_token)
    if "id_token" in callback.names():
        first = portal.claims(callback["id_token"])
        assert (first["iss"], first["sub"]) == (later["iss"], later["sub"])
        assert first["sid"] == later["sid"]
    not_granted(portal.exchange(callback["code"], code_verifier=None))


@pytest.mark.parametrize("response_type", ["id_token", "code id_token", "id_token token"])
def test_a_nonce_is_required_where_an_id_token_comes_through_the_browser(
    old_browser: Browser, new_old_portal: NewOldPortal, response_type: str
) -> None:
    portal = new_old_portal()
    parameters = portal.parameters(response_type=response_type, nonce=None, **NO_PKCE)
    page = old_browser.get("/authorize", parameters)
    sent_back(page, portal, "invalid_request", parameters["state"], where="#")


@pytest.mark.parametrize("response_type", ["code", "code token"])
def test_a_nonce_is_optional_where_none_does(
    authorize_old: Pass, new_old_portal: NewOldPortal, response_type: str
) -> None:
    assert authorize_old(new_old_portal(), response_type=response_type, nonce=None)["code"]


def test_tokens_never_travel_in_a_query(old_browser: Browser, new_old_portal: NewOldPortal) -> None:
    portal = new_old_portal()
    parameters = portal.parameters(response_type="id_token", response_mode="query", **NO_PKCE)
    page = old_browser.get("/authorize", parameters)
    sent_back(page, portal, "invalid_request", parameters["state"], where="#")


@pytest.mark.parametrize("response_type", ["code", *FRONT_CHANNEL_TYPES])
def test_any_of_them_can_be_posted_as_a_form(
    old_browser: Browser, person: Citizen, new_old_portal: NewOldPortal, response_type: str
) -> None:
    portal = new_old_portal(claims=[])
    parameters = portal.parameters(
        response_type=response_type, response_mode="form_post", scope="openid", **NO_PKCE
    )
    page = old_browser.sign_in(old_browser.get("/authorize", parameters), person)
    if page.path == "/consent":
        page = old_browser.consent(page)
    form = page.form(portal.redirect_uri)
    assert form.method == "post"
    assert page.status == 200
    wanted = {"token": "access_token"}
    assert {wanted.get(part, part) for part in response_type.split()} <= form.fields.keys()
    assert form.fields["state"] == parameters["state"]
    assert portal.redirect_uri.rsplit("/", 1)[0] in page.response.headers["content-security-policy"]


@pytest.mark.parametrize("response_type", FRONT_CHANNEL_TYPES)
def test_a_client_that_did_not_register_one_may_not_use_it(
    old_browser: Browser, new_old_portal: NewOldPortal, response_type: str
) -> None:
    portal = new_old_portal(response_types=["code"])
    parameters = portal.parameters(response_type=response_type, **NO_PKCE)
    page = old_browser.get("/authorize", parameters)
    sent_back(page, portal, "unauthorized_client", parameters["state"], where="#")


@pytest.mark.parametrize("response_type", IMPLICIT_TYPES)
def test_offline_access_is_not_to_be_had_without_a_code(
    authorize_old: Pass, new_old_portal: NewOldPortal, response_type: str
) -> None:
    portal = new_old_portal()
    callback = authorize_old(portal, response_type=response_type, prompt="consent")
    if "scope" in callback.names():
        assert "offline_access" not in callback["scope"].split()
    assert "refresh_token" not in callback.names()


def test_signing_out_ends_what_the_browser_carried(
    authorize_old: Pass, new_old_portal: NewOldPortal, old_browser: Browser
) -> None:
    portal = new_old_portal()
    callback = authorize_old(portal, response_type="id_token token")
    page = old_browser.get("/logout", {"id_token_hint": callback["id_token"]})
    assert page.path == "/logout/done"
    assert portal.userinfo(callback["access_token"]).status_code == 401
