"""Tokens with which a client acts for itself (RFC 6749 section 4.4), and for which protected
resource an access token is (RFC 8707, RFC 9068)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.protocol.browser import Browser, Callback
from tests.protocol.conftest import NewPortal
from tests.protocol.refusals import not_granted, sent_back
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import RunningProvider

TAX_API = "https://api.tax.example.gov.cn/"
SOCIAL_API = "https://api.social.example.gov.cn/"
BACKGROUND = {
    "grant_types": ["authorization_code", "client_credentials"],
    "resources": [TAX_API, SOCIAL_API],
}
Enter = Callable[..., Tokens]


@pytest.fixture
def background(new_portal: NewPortal) -> RelyingParty:
    return new_portal(**BACKGROUND)


@pytest.fixture
def tax_api(new_portal: NewPortal) -> RelyingParty:
    """The protected resource: a client that only asks about tokens."""
    return new_portal(resource_identifiers=[TAX_API])


def own_token(portal: RelyingParty, **fields: str | None) -> Tokens:
    return portal.read(portal.post("/token", grant_type="client_credentials", **fields))


def test_a_client_gets_a_token_of_its_own(background: RelyingParty) -> None:
    tokens = own_token(background, resource=TAX_API)
    assert tokens.body.keys() == {"access_token", "token_type", "expires_in"}
    claims = background.claims(tokens.access_token)
    assert background.header(tokens.access_token)["typ"] == "at+jwt"
    assert claims["sub"] == claims["client_id"] == background.client_id
    assert claims["aud"] == TAX_API
    assert "auth_time" not in claims


def test_it_opens_nobodys_userinfo(background: RelyingParty) -> None:
    tokens = own_token(background)
    assert background.claims(tokens.access_token)["aud"] == background.issuer
    assert background.userinfo(tokens.access_token).status_code == 401


def test_a_client_that_did_not_register_the_grant_is_refused(portal: RelyingParty) -> None:
    refused = portal.post("/token", grant_type="client_credentials")
    not_granted(refused, "unauthorized_client")


def test_scopes_are_about_people_and_there_is_none(background: RelyingParty) -> None:
    refused = background.post("/token", grant_type="client_credentials", scope="profile")
    not_granted(refused, "invalid_scope")


def test_a_resource_that_is_not_the_clients_is_refused(background: RelyingParty) -> None:
    refused = background.post(
        "/token", grant_type="client_credentials", resource="https://other.example/"
    )
    not_granted(refused, "invalid_target")


def test_the_resource_asks_about_tokens_meant_for_it(
    background: RelyingParty, tax_api: RelyingParty
) -> None:
    token = own_token(background, resource=TAX_API).access_token
    answer = tax_api.introspect(token)
    assert answer["active"] is True
    assert answer["client_id"] == answer["sub"] == background.client_id
    assert answer["aud"] == TAX_API
    other = own_token(background, resource=SOCIAL_API).access_token
    assert tax_api.introspect(other) == {"active": False}


def test_a_revoked_token_is_not_active(background: RelyingParty, tax_api: RelyingParty) -> None:
    token = own_token(background, resource=TAX_API).access_token
    assert background.post("/revoke", token=token).status_code == 200
    assert tax_api.introspect(token) == {"active": False}
    assert background.introspect(token) == {"active": False}


def test_a_resource_may_not_revoke_what_it_was_shown(
    background: RelyingParty, tax_api: RelyingParty
) -> None:
    token = own_token(background, resource=TAX_API).access_token
    assert tax_api.post("/revoke", token=token).status_code == 400
    assert tax_api.introspect(token)["active"] is True


def test_a_persons_token_is_for_the_resource_that_was_asked_for(
    enter: Enter, background: RelyingParty, tax_api: RelyingParty
) -> None:
    tokens = enter(background, resource=TAX_API)
    claims = background.claims(tokens.access_token)
    assert claims["aud"] == TAX_API
    assert tax_api.introspect(tokens.access_token)["sub"] == claims["sub"]
    assert background.userinfo(tokens.access_token).status_code == 401


def test_a_token_request_chooses_among_what_was_granted(
    browser: Browser, citizen: object, authorize: Callable[..., Callback], new_portal: NewPortal
) -> None:
    portal = new_portal(**{**BACKGROUND, "resources": [TAX_API]})
    code = authorize(portal, resource=TAX_API)["code"]
    not_granted(portal.exchange(code, resource=SOCIAL_API), "invalid_target")
    tokens = portal.read(portal.exchange(code, resource=TAX_API))
    assert portal.claims(tokens.access_token)["aud"] == TAX_API


def test_several_resources_may_be_named(background: RelyingParty, browser: Browser) -> None:
    wanted = [("grant_type", "client_credentials"), ("resource", TAX_API), ("resource", SOCIAL_API)]
    headers, _ = background.credentials()
    answer = background.http.post("/token", headers=headers, data=_form(wanted))
    claims = background.claims(background.read(answer).access_token)
    assert claims["aud"] == [TAX_API, SOCIAL_API]


def test_a_refresh_keeps_the_resources_or_narrows_them(enter: Enter, new_portal: NewPortal) -> None:
    portal = new_portal(resources=[TAX_API, SOCIAL_API])
    tokens = enter(portal, resource=TAX_API)
    refused = portal.post(
        "/token",
        grant_type="refresh_token",
        refresh_token=tokens.refresh_token,
        resource=SOCIAL_API,
    )
    not_granted(refused, "invalid_target")
    again = portal.read(portal.refresh(tokens.refresh_token))
    assert portal.claims(again.access_token)["aud"] == TAX_API


def test_a_resource_that_was_taken_from_the_client_is_not_refreshed(
    enter: Enter, new_portal: NewPortal, change: Callable[..., None]
) -> None:
    """And what is left without any resource does not become a token for this service."""
    portal = new_portal(resources=[TAX_API, SOCIAL_API])
    one, both = enter(portal, resource=TAX_API), enter(portal, resource=[TAX_API, SOCIAL_API])
    assert portal.claims(both.access_token)["aud"] == [TAX_API, SOCIAL_API]
    change(portal, resources=[SOCIAL_API])
    not_granted(portal.refresh(one.refresh_token), "invalid_target")
    again = portal.read(portal.refresh(both.refresh_token))
    assert portal.claims(again.access_token)["aud"] == SOCIAL_API


def test_an_unknown_resource_is_refused_before_anybody_signs_in(
    browser: Browser, background: RelyingParty
) -> None:
    parameters = background.parameters(resource="https://other.example/")
    page = browser.get("/authorize", parameters)
    sent_back(page, background, "invalid_target", parameters["state"])


def test_a_disabled_clients_tokens_are_worth_nothing_to_a_resource(
    provider: RunningProvider, new_portal: NewPortal, tax_api: RelyingParty
) -> None:
    portal = new_portal(**BACKGROUND)
    token = own_token(portal, resource=TAX_API).access_token
    assert tax_api.introspect(token)["active"] is True
    provider.disable(portal.client_id)
    assert tax_api.introspect(token) == {"active": False}


def _form(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form
