"""The userinfo endpoint (OpenID Connect Core section 5.3, RFC 6750)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.protocol.browser import Browser
from tests.protocol.conftest import NewPortal
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import RunningProvider

Enter = Callable[..., Tokens]
FULL: dict[str, Any] = {
    "given_name": "知行",
    "family_name": "林",
    "middle_name": "之",
    "nickname": "小林",
    "preferred_username": "lin",
    "profile": "https://example.cn/lin",
    "picture": "https://example.cn/lin.png",
    "website": "https://lin.example.cn",
    "zoneinfo": "Asia/Shanghai",
    "address": {"formatted": "北京市海淀区", "country": "CN"},
}
STANDARD = {
    "profile": {
        "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username",
        "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
    },
    "email": {"email", "email_verified"},
    "phone": {"phone_number", "phone_number_verified"},
    "address": {"address"},
}  # fmt: skip


def challenged(response: httpx2.Response, status: int, error: str | None) -> None:
    """RFC 6750 section 3: a challenge in the header, and nothing about the person."""
    assert response.status_code == status, response.text
    challenge = response.headers["www-authenticate"]
    assert re.fullmatch(r'Bearer(?: (?:[a-z_]+="[ -!#-\[\]-~]*"(?:, )?)+)?', challenge)
    assert (f'error="{error}"' in challenge) if error else ("error" not in challenge)
    assert "sub" not in response.json()
    assert response.headers["cache-control"] == "no-store"


def test_header_and_body_both_carry_the_token(portal: RelyingParty, enter: Enter) -> None:
    """OpenID Connect Core section 5.3.1, RFC 6750 sections 2.1 and 2.2."""
    token = enter(portal).access_token
    bearer = {"Authorization": f"Bearer {token}"}
    answers = [
        portal.http.get("/userinfo", headers=bearer),
        portal.http.get("/userinfo", headers={"Authorization": f"bEARER {token}"}),
        portal.http.post("/userinfo", headers=bearer),
        portal.http.post("/userinfo", headers=bearer, content=b""),
        portal.http.post("/userinfo", headers=bearer, data={"other": "1"}),
        portal.http.post("/userinfo", data={"access_token": token}),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json() == answers[0].json()


def test_a_request_without_a_token_is_challenged_without_an_error(http: httpx2.Client) -> None:
    """RFC 6750 section 3.1."""
    challenged(http.get("/userinfo"), 401, None)
    challenged(http.post("/userinfo"), 401, None)


def test_a_token_sent_in_two_ways_or_twice_is_refused(portal: RelyingParty, enter: Enter) -> None:
    """RFC 6750 section 2: no more than one method per request."""
    token = enter(portal).access_token
    bearer = {"Authorization": f"Bearer {token}"}
    both = portal.http.post("/userinfo", headers=bearer, data={"access_token": token})
    challenged(both, 400, "invalid_request")
    twice = portal.http.post("/userinfo", data={"access_token": [token, token]})
    challenged(twice, 400, "invalid_request")


def test_a_token_in_the_query_counts_for_nothing(portal: RelyingParty, enter: Enter) -> None:
    """RFC 9700 section 4.3.2: access tokens do not travel in URLs (R51)."""
    token = enter(portal).access_token
    challenged(portal.http.get("/userinfo", params={"access_token": token}), 401, None)


@pytest.mark.parametrize(
    "value",
    ["Bearer", "Bearer nonsense", "Bearer a.b.c", "Bearer W10.e30.x", "Bearer bnVsbA.e30.x",
     "Bearer " + "x" * 9000, "Basic QTpC", "DPoP x", "Bearer e30.e30.", "Bearer a b",
     "Bearer \u00e9\u00e9"],
)  # fmt: skip
def test_a_header_that_is_no_living_token_is_challenged(http: httpx2.Client, value: str) -> None:
    """RFC 6750 section 3.1."""
    headers = {b"Authorization": value.encode("latin-1")}
    challenged(http.get("/userinfo", headers=headers), 401, "invalid_token")


def test_tokens_of_other_kinds_and_altered_ones_are_refused(
    portal: RelyingParty, enter: Enter
) -> None:
    """R13, R17: ID and refresh tokens, stripped and replaced signatures."""
    tokens = enter(portal)
    head, payload, signature = tokens.access_token.split(".")
    other_signature = enter(portal).access_token.split(".")[2]
    for token in (
        tokens.id_token,
        tokens.refresh_token,
        f"{head}.{payload}.",
        f"{head}.{payload}.{other_signature}",
        f"eyJhbGciOiJub25lIn0.{payload}.",
        f"eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{payload}.",
        f"{head}.{payload}.{signature}.{signature}",
    ):
        challenged(portal.userinfo(token), 401, "invalid_token")


def test_an_expired_token_is_refused(
    provider: RunningProvider, portal: RelyingParty, enter: Enter
) -> None:
    """R12, R59: at most ten minutes."""
    token = enter(portal).access_token
    provider.clock.advance(299)
    assert portal.userinfo(token).status_code == 200
    provider.clock.advance(1)
    challenged(portal.userinfo(token), 401, "invalid_token")


@pytest.fixture
def full(provider: RunningProvider, browser: Browser, new_portal: NewPortal) -> dict[str, Any]:
    """What userinfo says about an account that has every standard claim."""
    citizen = provider.citizen(email="lin@example.cn", claims=FULL, locale="zh-CN")
    names = [name for claims in STANDARD.values() for name in sorted(claims)]
    portal = new_portal(
        scope="openid profile email phone address",
        claims=[{"name": name, "purpose": "测试"} for name in names],
    )
    page = browser.get("/authorize", portal.parameters())
    tokens = portal.tokens(browser.pass_pages(page, citizen)["code"])
    claims: dict[str, Any] = portal.userinfo(tokens.access_token).json()
    return claims


def test_every_standard_claim_is_released_to_whom_it_was_allowed(full: dict[str, Any]) -> None:
    """OpenID Connect Core sections 5.1 and 5.4: a checker warns about each one that misses."""
    assert full.keys() == {"sub"}.union(*STANDARD.values())


def test_claims_have_the_types_of_the_specification(
    provider: RunningProvider, full: dict[str, Any]
) -> None:
    """OpenID Connect Core section 5.1."""
    assert full["email_verified"] is True
    assert full["phone_number_verified"] is True
    assert type(full["updated_at"]) is int
    assert 631_152_000 < full["updated_at"] <= provider.clock.now().timestamp()
    assert all(isinstance(value, str) for value in full["address"].values())
    assert re.fullmatch(r"19\d\d-\d\d-\d\d", full["birthdate"])
    assert re.fullmatch(r"\+86\d{11}", full["phone_number"])
    assert full["gender"] in ("male", "female")
    assert full["locale"] == "zh-CN"
    others = full.keys() - {"email_verified", "phone_number_verified", "updated_at", "address"}
    assert all(isinstance(full[name], str) and full[name] for name in others)


@pytest.mark.parametrize("scope", ["profile", "email", "phone", "address"])
def test_a_scope_releases_its_own_claims_and_no_others(
    provider: RunningProvider, browser: Browser, new_portal: NewPortal, scope: str
) -> None:
    """OpenID Connect Core section 5.4, R16."""
    citizen = provider.citizen(email="lin@example.cn", claims=FULL)
    names = [name for claims in STANDARD.values() for name in sorted(claims)]
    portal = new_portal(
        scope="openid profile email phone address",
        claims=[{"name": name, "purpose": "测试"} for name in names],
    )
    page = browser.get("/authorize", portal.parameters(scope=f"openid {scope}"))
    tokens = portal.tokens(browser.pass_pages(page, citizen)["code"])
    assert portal.userinfo(tokens.access_token).json().keys() == {"sub"} | STANDARD[scope]
    assert not set().union(*STANDARD.values()) & portal.claims(tokens.id_token).keys()


def test_what_a_person_does_not_have_is_left_out(new_portal: NewPortal, enter: Enter) -> None:
    """OpenID Connect Core section 5.3.2: never null and never empty."""
    portal = new_portal(
        scope="openid email", claims=[{"name": "email", "purpose": "x"},
                                      {"name": "email_verified", "purpose": "x"}]
    )  # fmt: skip
    assert portal.userinfo(enter(portal).access_token).json().keys() == {"sub"}
