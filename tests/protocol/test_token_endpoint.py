"""Codes, PKCE, token responses and ID tokens."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.protocol.browser import Browser, Callback
from tests.protocol.conftest import NewPortal
from tests.protocol.refusals import not_granted
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import Citizen, RunningProvider

Authorize = Callable[..., Callback]
Enter = Callable[..., Tokens]
PROTOCOL_CLAIMS = {
    "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash",
}  # fmt: skip


def test_a_token_response_is_complete_and_is_not_stored(portal: RelyingParty, enter: Enter) -> None:
    """RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3."""
    tokens = enter(portal)
    assert tokens.response.headers["content-type"] == "application/json"
    assert tokens.response.headers["cache-control"] == "no-store"
    assert tokens.response.headers["pragma"] == "no-cache"
    assert tokens.body["token_type"].lower() == "bearer"
    assert type(tokens.body["expires_in"]) is int
    assert 0 < tokens.body["expires_in"] <= 600
    assert tokens.body.keys() == {
        "access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token",
    }  # fmt: skip


def test_an_id_token_says_what_it_must_and_nothing_that_was_not_asked_for(
    provider: RunningProvider, portal: RelyingParty, authorize: Authorize, browser: Browser
) -> None:
    """OpenID Connect Core sections 2 and 3.1.3.7."""
    nonce = "n" * 512
    tokens = portal.tokens(authorize(portal, nonce=nonce)["code"])
    claims = portal.claims(tokens.id_token)
    now = int(provider.clock.now().timestamp())
    assert claims.keys() == PROTOCOL_CLAIMS
    assert claims["iss"] == provider.url
    assert claims["aud"] == portal.client_id
    assert claims["nonce"] == nonce
    assert claims["iat"] == now
    assert claims["auth_time"] <= now < claims["exp"] <= now + 3600
    assert all(type(claims[name]) is int for name in ("iat", "exp", "auth_time"))
    assert claims["acr"]
    assert all(value not in (None, "", "null") for value in claims.values())
    digest = hashlib.sha256(tokens.access_token.encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_an_access_token_is_a_jwt_of_its_own_kind(portal: RelyingParty, enter: Enter) -> None:
    """RFC 9068 section 2: typ at+jwt, audience, client and scope are inside (R13)."""
    tokens = enter(portal)
    assert portal.header(tokens.access_token)["typ"] == "at+jwt"
    claims = portal.claims(tokens.access_token)
    assert {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} <= claims.keys()
    assert claims["client_id"] == portal.client_id
    assert claims["scope"] == tokens.body["scope"]
    assert "name" not in claims
    assert "phone_number" not in claims


def test_a_client_without_the_refresh_grant_gets_no_refresh_token_and_may_not_refresh(
    new_portal: NewPortal, enter: Enter
) -> None:
    """RFC 6749 sections 1.5 and 5.2."""
    portal = new_portal(grant_types=["authorization_code"])
    assert "refresh_token" not in enter(portal).body
    not_granted(portal.refresh("rt1.x"), "unauthorized_client")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"code": None}, "invalid_request"),
        ({"code": "nonsense"}, "invalid_grant"),
        ({"code": "A" * 200}, "invalid_grant"),
        ({"code": "\u4e2d" * 80}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"redirect_uri": "http://localhost:9/other"}, "invalid_grant"),
        ({"redirect_uri": "http://localhost:9/callback?"}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"code_verifier": "v" * 43}, "invalid_grant"),
        ({"code_verifier": "v" * 200}, "invalid_request"),
    ],
)
def test_a_token_request_that_does_not_fit_is_refused_and_costs_nothing(
    portal: RelyingParty, authorize: Authorize, changes: dict[str, str | None], error: str
) -> None:
    """RFC 6749 section 5.2, RFC 7636 section 4.6: the code stays good for its owner."""
    code = authorize(portal)["code"]
    others = {name: value for name, value in changes.items() if name != "code"}
    not_granted(portal.exchange(changes.get("code", code), **others), error)
    assert portal.exchange(code).status_code == 200


def test_a_repeated_parameter_is_refused(portal: RelyingParty, authorize: Authorize) -> None:
    """RFC 6749 section 3.2."""
    code = authorize(portal)["code"]
    headers, _ = portal.credentials()
    fields = {"grant_type": "authorization_code", "redirect_uri": portal.redirect_uri,
              "code_verifier": portal.verifier}  # fmt: skip
    for name in (*fields, "code"):
        sent: dict[str, str | list[str]] = {**fields, "code": code}
        sent[name] = [str(sent[name]), str(sent[name])]
        not_granted(portal.http.post("/token", data=sent, headers=headers), "invalid_request")


def test_a_verifier_without_a_challenge_is_refused(
    new_portal: NewPortal, authorize: Authorize
) -> None:
    """RFC 9700 section 2.1.1: no PKCE downgrade, R4."""
    portal = new_portal(require_pkce=False)
    code = authorize(portal, code_challenge=None, code_challenge_method=None)["code"]
    not_granted(portal.exchange(code), "invalid_request")


def test_a_challenge_sent_by_an_exempted_client_is_enforced(
    new_portal: NewPortal, authorize: Authorize
) -> None:
    """R4: whenever a challenge was sent it is enforced."""
    portal = new_portal(require_pkce=False)
    code = authorize(portal)["code"]
    not_granted(portal.exchange(code, code_verifier=None), "invalid_request")
    not_granted(portal.exchange(code, code_verifier="v" * 43), "invalid_grant")
    assert portal.exchange(code).status_code == 200


def test_a_code_works_once_and_its_replay_ends_what_it_gave(
    provider: RunningProvider, portal: RelyingParty, enter: Enter, authorize: Authorize
) -> None:
    """RFC 6749 section 4.1.2, R10."""
    for late in (0, 30, 120):
        code = authorize(portal)["code"]
        tokens = portal.tokens(code)
        assert portal.userinfo(tokens.access_token).status_code == 200
        provider.clock.advance(late)
        not_granted(portal.exchange(code))
        assert portal.userinfo(tokens.access_token).status_code == 401
        assert portal.introspect(tokens.access_token) == {"active": False}
        not_granted(portal.refresh(tokens.refresh_token))


def test_a_replay_with_a_wrong_verifier_does_not_end_anything(
    portal: RelyingParty, authorize: Authorize
) -> None:
    """R10: only who holds code and verifier can be the client that lost them."""
    code = authorize(portal)["code"]
    tokens = portal.tokens(code)
    not_granted(portal.exchange(code, code_verifier="v" * 43))
    assert portal.userinfo(tokens.access_token).status_code == 200


def test_many_redeemers_at_once_get_one_set_of_tokens(
    portal: RelyingParty, authorize: Authorize
) -> None:
    """R10: under concurrency; the losers' replay ends what the winner got."""
    code = authorize(portal)["code"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: portal.exchange(code), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7
    winner = next(answer for answer in answers if answer.status_code == 200)
    assert portal.userinfo(winner.json()["access_token"]).status_code == 401


def test_a_code_expires_within_a_minute(
    provider: RunningProvider, portal: RelyingParty, authorize: Authorize
) -> None:
    """RFC 6749 section 4.1.2, R10."""
    code = authorize(portal)["code"]
    provider.clock.advance(59)
    assert portal.exchange(code).status_code == 200
    code = authorize(portal)["code"]
    provider.clock.advance(60)
    not_granted(portal.exchange(code))


def test_a_code_is_worth_nothing_to_another_client(
    new_portal: NewPortal, authorize: Authorize
) -> None:
    """RFC 6749 section 4.1.3: and its attempt does not spoil the code."""
    portal, thief = new_portal(), new_portal()
    code = authorize(portal)["code"]
    thief.verifier = portal.verifier
    not_granted(thief.exchange(code))
    assert portal.exchange(code).status_code == 200


def test_a_code_dies_with_the_session(
    browser: Browser, portal: RelyingParty, authorize: Authorize, enter: Enter
) -> None:
    """R12: who signed out gets no more tokens."""
    hint = enter(portal).id_token
    code = authorize(portal)["code"]
    browser.get("/logout", {"id_token_hint": hint})
    not_granted(portal.exchange(code))


def test_resuming_an_interaction_twice_yields_one_redeemable_code(
    browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    """R26: a completed interaction cannot be taken up again."""
    page = browser.get("/authorize", portal.parameters())
    transaction = page.form("/login").fields["transaction"]
    assert browser.pass_pages(page, citizen)["code"]
    again = browser.get("/authorize/resume", {"transaction": transaction})
    assert (again.status, again.location) == (400, "")


def test_another_spelling_of_a_code_is_not_that_code(
    portal: RelyingParty, authorize: Authorize
) -> None:
    """R10: spare bits of base64url must not make a second name for the same thing."""
    code = authorize(portal)["code"]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for letter in alphabet:
        other = code[:-1] + letter
        if other != code:
            not_granted(portal.exchange(other))
    for other in (code + "=", code + "==", code + "A", code[:-1], " " + code, code + "\n"):
        not_granted(portal.exchange(other))
    assert portal.exchange(code).status_code == 200
