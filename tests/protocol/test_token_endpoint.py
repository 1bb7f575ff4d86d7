"""Codes, PKCE, token responses, ID tokens and refresh tokens."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.protocol.browser import Browser, Callback
from tests.protocol.conftest import NewPortal
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import Citizen, RunningProvider

Authorize = Callable[..., Callback]
Enter = Callable[..., Tokens]
PROTOCOL_CLAIMS = {
    "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash",
}  # fmt: skip


def refused(response: httpx2.Response, error: str = "invalid_grant") -> None:
    """RFC 6749 section 5.2."""
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert body["error"] == error
    assert body.get("error_description", "").isascii()
    assert body.keys() <= {"error", "error_description", "error_uri"}


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
    refused(portal.refresh("rt1.x"), "unauthorized_client")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
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
    refused(portal.exchange(**{"code": code, **changes}), error)
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
        refused(portal.http.post("/token", data=sent, headers=headers), "invalid_request")


def test_a_verifier_without_a_challenge_is_refused(
    new_portal: NewPortal, authorize: Authorize
) -> None:
    """RFC 9700 section 2.1.1: no PKCE downgrade, R4."""
    portal = new_portal(require_pkce=False)
    code = authorize(portal, code_challenge=None, code_challenge_method=None)["code"]
    refused(portal.exchange(code), "invalid_request")


def test_a_challenge_sent_by_an_exempted_client_is_enforced(
    new_portal: NewPortal, authorize: Authorize
) -> None:
    """R4: whenever a challenge was sent it is enforced."""
    portal = new_portal(require_pkce=False)
    code = authorize(portal)["code"]
    refused(portal.exchange(code, code_verifier=None), "invalid_request")
    refused(portal.exchange(code, code_verifier="v" * 43), "invalid_grant")
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
        refused(portal.exchange(code))
        assert portal.userinfo(tokens.access_token).status_code == 401
        assert portal.introspect(tokens.access_token) == {"active": False}
        refused(portal.refresh(tokens.refresh_token))


def test_a_replay_with_a_wrong_verifier_does_not_end_anything(
    portal: RelyingParty, authorize: Authorize
) -> None:
    """R10: only who holds code and verifier can be the client that lost them."""
    code = authorize(portal)["code"]
    tokens = portal.tokens(code)
    refused(portal.exchange(code, code_verifier="v" * 43))
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
    refused(portal.exchange(code))


def test_a_code_is_worth_nothing_to_another_client(
    new_portal: NewPortal, authorize: Authorize
) -> None:
    """RFC 6749 section 4.1.3: and its attempt does not spoil the code."""
    portal, thief = new_portal(), new_portal()
    code = authorize(portal)["code"]
    thief.verifier = portal.verifier
    refused(thief.exchange(code))
    assert portal.exchange(code).status_code == 200


def test_a_code_dies_with_the_session(
    browser: Browser, portal: RelyingParty, authorize: Authorize, enter: Enter
) -> None:
    """R12: who signed out gets no more tokens."""
    hint = enter(portal).id_token
    code = authorize(portal)["code"]
    browser.get("/logout", {"id_token_hint": hint})
    refused(portal.exchange(code))


def test_resuming_an_interaction_twice_yields_one_redeemable_code(
    browser: Browser, citizen: Citizen, portal: RelyingParty
) -> None:
    """R26: a completed interaction cannot be taken up again."""
    page = browser.get("/authorize", portal.parameters())
    transaction = page.form("/login").fields["transaction"]
    assert browser.pass_pages(page, citizen)["code"]
    again = browser.get("/authorize/resume", {"transaction": transaction})
    assert (again.status, again.location) == (400, "")


def test_a_refresh_gives_a_new_access_token_and_an_id_token_about_the_same_sign_in(
    provider: RunningProvider, portal: RelyingParty, enter: Enter
) -> None:
    """OpenID Connect Core section 12.2."""
    first = enter(portal)
    provider.clock.advance(20)
    second = portal.read(portal.refresh(first.refresh_token))
    assert second.access_token != first.access_token
    assert second.refresh_token != first.refresh_token
    assert second.response.headers["cache-control"] == "no-store"
    old, new = portal.claims(first.id_token), portal.claims(second.id_token)
    for name in ("iss", "sub", "aud", "auth_time", "sid", "acr"):
        assert new[name] == old[name], name
    assert new["iat"] == old["iat"] + 20
    assert "azp" not in new
    assert "nonce" not in new
    assert portal.userinfo(second.access_token).status_code == 200


def test_a_refresh_token_is_long_random_and_printable(portal: RelyingParty, enter: Enter) -> None:
    """RFC 6749 sections 10.10 and appendix A.17."""
    token = enter(portal).refresh_token
    assert len(token) >= 43
    assert all("!" <= character <= "~" for character in token)


@pytest.mark.parametrize("method", ["client_secret_basic", "none"])
def test_a_retried_refresh_within_the_grace_gets_the_same_child(
    provider: RunningProvider, new_portal: NewPortal, enter: Enter, method: str
) -> None:
    """R11: a lost response does not cost the sign-in, and there is never a second lineage."""
    portal = new_portal(token_endpoint_auth_method=method)
    parent = enter(portal).refresh_token
    child = portal.read(portal.refresh(parent)).refresh_token
    provider.clock.advance(5)
    assert portal.read(portal.refresh(parent)).refresh_token == child
    assert portal.refresh(child).status_code == 200


@pytest.mark.parametrize("method", ["client_secret_basic", "none"])
def test_a_reused_refresh_token_ends_the_whole_family(
    provider: RunningProvider, new_portal: NewPortal, enter: Enter, method: str
) -> None:
    """RFC 9700 section 4.14.2, R11."""
    portal = new_portal(token_endpoint_auth_method=method)
    first = enter(portal)
    second = portal.read(portal.refresh(first.refresh_token))
    provider.clock.advance(11)
    refused(portal.refresh(first.refresh_token))
    refused(portal.refresh(second.refresh_token))
    assert portal.userinfo(second.access_token).status_code == 401


def test_a_grandparent_is_never_within_the_grace(portal: RelyingParty, enter: Enter) -> None:
    """R11: only the token of the step before may be retried."""
    first = enter(portal)
    second = portal.read(portal.refresh(first.refresh_token))
    third = portal.read(portal.refresh(second.refresh_token))
    refused(portal.refresh(first.refresh_token))
    refused(portal.refresh(third.refresh_token))


def test_many_refreshes_at_once_stay_one_lineage(portal: RelyingParty, enter: Enter) -> None:
    """R11: under concurrency."""
    token = enter(portal).refresh_token
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: portal.refresh(token), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


def test_a_refresh_token_is_worth_nothing_to_another_client(
    new_portal: NewPortal, enter: Enter
) -> None:
    """RFC 6749 section 6: invalid_grant, and the owner is not harmed."""
    portal, thief = new_portal(), new_portal()
    token = enter(portal).refresh_token
    refused(thief.refresh(token))
    assert portal.refresh(token).status_code == 200


def test_a_refresh_may_narrow_the_scope_but_not_widen_it(
    new_portal: NewPortal, enter: Enter
) -> None:
    """RFC 6749 section 6."""
    portal = new_portal()
    token = enter(portal, scope="openid profile").refresh_token
    refused(portal.refresh(token, scope="openid phone"), "invalid_scope")
    refused(portal.refresh(token, scope="openid unheard-of"), "invalid_scope")
    narrowed = portal.read(portal.refresh(token, scope="openid"))
    assert narrowed.body["scope"] == "openid"
    assert portal.userinfo(narrowed.access_token).json().keys() == {"sub"}
    whole = portal.read(portal.refresh(narrowed.refresh_token))
    assert whole.body["scope"] == "openid profile"
    assert "name" in portal.userinfo(whole.access_token).json()


def test_refresh_tokens_expire_when_idle(
    provider: RunningProvider, new_portal: NewPortal, enter: Enter
) -> None:
    """R11: offline access outlives the session but not its own limits."""
    portal = new_portal(scope="openid offline_access", claims=[])
    token = enter(portal, prompt="consent").refresh_token
    provider.clock.advance(29 * 86_400)
    token = portal.read(portal.refresh(token)).refresh_token
    provider.clock.advance(30 * 86_400)
    refused(portal.refresh(token))


def test_refresh_tokens_expire_absolutely(
    provider: RunningProvider, new_portal: NewPortal, enter: Enter
) -> None:
    """R11."""
    portal = new_portal(scope="openid offline_access", claims=[])
    token = enter(portal, prompt="consent").refresh_token
    for _ in range(7):
        provider.clock.advance(25 * 86_400)
        token = portal.read(portal.refresh(token)).refresh_token
    provider.clock.advance(5 * 86_400)
    refused(portal.refresh(token))


def test_tokens_of_other_kinds_and_altered_ones_are_not_refresh_tokens(
    portal: RelyingParty, enter: Enter
) -> None:
    """R13."""
    tokens = enter(portal)
    head, family, generation, tag = tokens.refresh_token.split(".")
    for token in (
        tokens.access_token,
        tokens.id_token,
        f"{head}.{family}.1.{tag}",
        f"{head}.{'0' * 32}.{generation}.{tag}",
        f"{head}.{family}.00.{tag}",
        f"{head}.{family}.{generation}.{tag[:-1]}",
        "x" * 8000,
    ):
        refused(portal.refresh(token))
    assert portal.refresh(tokens.refresh_token).status_code == 200


def test_refreshing_ends_when_the_person_signs_out(
    browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """R12."""
    tokens = enter(portal)
    browser.get("/logout", {"id_token_hint": tokens.id_token})
    refused(portal.refresh(tokens.refresh_token))
    assert portal.userinfo(tokens.access_token).status_code == 401


def test_another_spelling_of_a_code_is_not_that_code(
    portal: RelyingParty, authorize: Authorize
) -> None:
    """R10: spare bits of base64url must not make a second name for the same thing."""
    code = authorize(portal)["code"]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for letter in alphabet:
        other = code[:-1] + letter
        if other != code:
            refused(portal.exchange(other))
    for other in (code + "=", code + "==", code + "A", code[:-1], " " + code, code + "\n"):
        refused(portal.exchange(other))
    assert portal.exchange(code).status_code == 200
