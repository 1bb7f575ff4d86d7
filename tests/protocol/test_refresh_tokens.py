"""Refresh tokens: one lineage, bounded in time, worthless to others (RFC 6749 section 6, R11)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.protocol.browser import Browser
from tests.protocol.conftest import NewPortal
from tests.protocol.refusals import not_granted
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import RunningProvider

Enter = Callable[..., Tokens]


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
    not_granted(portal.refresh(first.refresh_token))
    not_granted(portal.refresh(second.refresh_token))
    assert portal.userinfo(second.access_token).status_code == 401


def test_a_grandparent_is_never_within_the_grace(portal: RelyingParty, enter: Enter) -> None:
    """R11: only the token of the step before may be retried."""
    first = enter(portal)
    second = portal.read(portal.refresh(first.refresh_token))
    third = portal.read(portal.refresh(second.refresh_token))
    not_granted(portal.refresh(first.refresh_token))
    not_granted(portal.refresh(third.refresh_token))


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
    not_granted(thief.refresh(token))
    assert portal.refresh(token).status_code == 200


def test_a_refresh_may_narrow_the_scope_but_not_widen_it(
    new_portal: NewPortal, enter: Enter
) -> None:
    """RFC 6749 section 6."""
    portal = new_portal()
    token = enter(portal, scope="openid profile").refresh_token
    not_granted(portal.refresh(token, scope="openid phone"), "invalid_scope")
    not_granted(portal.refresh(token, scope="openid unheard-of"), "invalid_scope")
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
    not_granted(portal.refresh(token))


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
    not_granted(portal.refresh(token))


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
        not_granted(portal.refresh(token))
    assert portal.refresh(tokens.refresh_token).status_code == 200


def test_refreshing_ends_when_the_person_signs_out(
    browser: Browser, portal: RelyingParty, enter: Enter
) -> None:
    """R12."""
    tokens = enter(portal)
    browser.get("/logout", {"id_token_hint": tokens.id_token})
    not_granted(portal.refresh(tokens.refresh_token))
    assert portal.userinfo(tokens.access_token).status_code == 401
