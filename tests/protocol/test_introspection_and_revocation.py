"""Asking about tokens and handing them back (RFC 7662, RFC 7009)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.protocol.browser import Browser
from tests.protocol.conftest import NewPortal
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import RunningProvider

Enter = Callable[..., Tokens]
DEAD = {"active": False}


def test_a_client_learns_about_its_own_access_token(
    provider: RunningProvider, portal: RelyingParty, enter: Enter
) -> None:
    """RFC 7662 section 2.2."""
    tokens = enter(portal)
    body = portal.introspect(tokens.access_token)
    inside = portal.claims(tokens.access_token)
    assert body["active"] is True
    assert body["token_type"] == "Bearer"
    for name in ("iss", "sub", "aud", "client_id", "scope", "exp", "iat", "jti"):
        assert body[name] == inside[name], name
    assert body["acr"] == portal.claims(tokens.id_token)["acr"]
    assert "name" not in body


def test_a_client_learns_about_its_own_refresh_token(portal: RelyingParty, enter: Enter) -> None:
    """RFC 7662 section 2.2."""
    body = portal.introspect(enter(portal).refresh_token)
    assert body["active"] is True
    assert body["client_id"] == portal.client_id


def test_a_wrong_hint_changes_nothing(portal: RelyingParty, enter: Enter) -> None:
    """RFC 7662 section 2.1."""
    tokens = enter(portal)
    for token, hint in ((tokens.access_token, "refresh_token"), (tokens.refresh_token, "x")):
        answer = portal.post("/introspect", token=token, token_type_hint=hint).json()
        assert answer["active"] is True


def test_everything_else_is_simply_not_active(
    new_portal: NewPortal, enter: Enter, provider: RunningProvider
) -> None:
    """RFC 7662 section 2.2, R14: no word about tokens of others or about why."""
    portal, other = new_portal(), new_portal()
    theirs, mine = enter(other), enter(portal)
    for token in (
        theirs.access_token, theirs.refresh_token, mine.id_token, "nonsense", "a.b.c",
        "rt1." + "0" * 32 + ".0." + "A" * 43, "x" * 8000,
    ):  # fmt: skip
        assert portal.introspect(token) == DEAD
    provider.clock.advance(300)
    assert portal.introspect(mine.access_token) == DEAD


def test_a_used_refresh_token_is_not_active(portal: RelyingParty, enter: Enter) -> None:
    """RFC 7662 section 2.2."""
    old = enter(portal).refresh_token
    new = portal.read(portal.refresh(old)).refresh_token
    assert portal.introspect(old) == DEAD
    assert portal.introspect(new)["active"] is True


def test_the_token_is_required(portal: RelyingParty) -> None:
    """RFC 7662 section 2.1, RFC 7009 section 2.1."""
    for path in ("/introspect", "/revoke"):
        response = portal.post(path)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


def test_a_public_client_proves_nothing_and_may_not_ask(
    new_portal: NewPortal, enter: Enter
) -> None:
    """RFC 7662 section 2.1: the endpoint must not be scanned for tokens."""
    portal = new_portal(token_endpoint_auth_method="none")
    response = portal.post("/introspect", token=enter(portal).access_token)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("method", ["client_secret_basic", "none"])
def test_revoking_an_access_token_ends_it_alone(
    new_portal: NewPortal, enter: Enter, method: str
) -> None:
    """RFC 7009 section 2.1."""
    portal = new_portal(token_endpoint_auth_method=method)
    tokens = enter(portal)
    response = portal.post("/revoke", token=tokens.access_token)
    assert response.status_code == 200
    assert portal.userinfo(tokens.access_token).status_code == 401
    assert portal.refresh(tokens.refresh_token).status_code == 200


def test_revoking_a_refresh_token_ends_all_that_grew_from_it(
    portal: RelyingParty, enter: Enter
) -> None:
    """RFC 7009 section 2.1: the access tokens of the same grant too."""
    tokens = enter(portal)
    assert portal.post("/revoke", token=tokens.refresh_token).status_code == 200
    assert portal.userinfo(tokens.access_token).status_code == 401
    assert portal.refresh(tokens.refresh_token).json()["error"] == "invalid_grant"
    assert portal.introspect(tokens.access_token) == DEAD


def test_revoking_twice_or_revoking_nonsense_is_answered_alike(
    portal: RelyingParty, enter: Enter
) -> None:
    """RFC 7009 section 2.2."""
    tokens = enter(portal)
    for token in (tokens.access_token, tokens.access_token, "nonsense"):
        response = portal.post("/revoke", token=token, token_type_hint="unheard-of")
        assert (response.status_code, response.content) == (200, b"{}")


def test_one_client_cannot_end_anothers_tokens(new_portal: NewPortal, enter: Enter) -> None:
    """RFC 7009 section 2.1, R14."""
    portal, other = new_portal(), new_portal()
    tokens = enter(portal)
    for token in (tokens.access_token, tokens.refresh_token):
        other.post("/revoke", token=token)
    assert portal.userinfo(tokens.access_token).status_code == 200
    assert portal.refresh(tokens.refresh_token).status_code == 200


def test_revoking_tokens_does_not_sign_the_person_out(
    browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """RFC 7009 section 1: it is about tokens, not about the session."""
    portal.post("/revoke", token=enter(portal).refresh_token)
    page = browser.get("/authorize", portal.parameters(prompt="none"))
    assert browser.callback(page)["code"]
