"""Signing in at a portal, and every answer that must not sign anyone in."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.portals.conftest import World

pytestmark = pytest.mark.asyncio


async def test_a_visitor_signs_in_and_sees_what_the_portal_received(world: World) -> None:
    browser = await world.signed_in_browser()
    page = await browser.get(world.tax + "/")
    for text in (
        "林知行，您好",
        "urn:example:level:2",
        "subject-1",
        "100000199003077711",
        "演示数据",
    ):
        assert text in page.text
    browser = await world.signed_in_browser(portal=world.social)
    assert "演示数据" in (await browser.get(world.social + "/")).text


async def test_the_request_carries_what_the_standards_ask_for(world: World) -> None:
    await world.signed_in_browser()
    asked = world.provider.authorization_requests[-1]
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"] == "openid profile phone identity"
    assert asked["redirect_uri"] == world.tax + "/callback"
    assert len(asked["state"]) >= 22
    assert asked["nonce"]


async def test_level_and_prompt_are_passed_on(world: World) -> None:
    browser = await world.browser()
    page = await browser.get(world.tax + "/login?acr=urn:example:level:3&prompt=login")
    asked = world.provider.authorization_requests[-1]
    assert (asked["acr_values"], asked["prompt"]) == ("urn:example:level:3", "login")
    assert "这次没有达到" in page.text  # the provider answered with level 2
    assert (await browser.get(world.tax + "/login?prompt=none+evil")).status_code == 400
    assert (await browser.get(world.tax + "/login?acr=a%20b")).status_code == 400


async def test_signing_in_renews_the_session_identifier(world: World) -> None:
    browser = await world.browser()
    begun = await browser.get(world.tax + "/login", follow_redirects=False)
    before = browser.cookies["tongxing_tax"]
    cookie = begun.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    answer = await browser.get(begun.headers["location"], follow_redirects=False)
    await browser.get(answer.headers["location"])
    assert browser.cookies["tongxing_tax"] != before
    assert await world.is_signed_in(browser)


async def test_an_answer_is_taken_once_and_only_by_the_browser_that_asked(world: World) -> None:
    browser, thief = await world.browser(), await world.browser()
    begun = await browser.get(world.tax + "/login", follow_redirects=False)
    answer = await browser.get(begun.headers["location"], follow_redirects=False)
    assert (await thief.get(answer.headers["location"])).status_code == 400
    assert not await world.is_signed_in(thief)
    assert (await browser.get(answer.headers["location"])).status_code == 200
    # Reloading the answer brings the visitor back to the desk instead of an error.
    assert "您好" in (await browser.get(answer.headers["location"])).text


async def test_two_tabs_can_sign_in_side_by_side(world: World) -> None:
    browser = await world.browser()
    first = await browser.get(world.tax + "/login", follow_redirects=False)
    await browser.get(world.tax + "/login", follow_redirects=False)
    assert "您好" in (await browser.get(first.headers["location"])).text


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-client"},
        {"aud": "another-client", "azp": "tax:portal"},
        {"iss": "https://other.example"},
        {"nonce": "another"},
        {"exp": int(time.time()) - 600},
        {"sub": None},
    ],
    ids=["aud", "aud with our azp", "iss", "nonce", "exp", "sub"],
)
async def test_a_wrong_id_token_signs_nobody_in(world: World, claims: dict[str, object]) -> None:
    world.provider.id_token_overrides = claims
    browser = await world.browser()
    page = await browser.get(world.tax + "/login")
    assert page.status_code == 400
    assert "invalid_id_token" in page.text
    assert not await world.is_signed_in(browser)


async def test_a_missing_id_token_signs_nobody_in(world: World) -> None:
    world.provider.omit_id_token = True
    browser = await world.browser()
    assert "invalid_id_token" in (await browser.get(world.tax + "/login")).text
    assert not await world.is_signed_in(browser)


async def test_userinfo_of_another_person_signs_nobody_in(world: World) -> None:
    world.provider.userinfo_overrides = {"sub": "subject-2"}
    browser = await world.browser()
    assert (await browser.get(world.tax + "/login")).status_code == 400
    assert not await world.is_signed_in(browser)


async def test_an_answer_of_another_issuer_is_refused_before_its_code_is_used(
    world: World,
) -> None:
    world.provider.answer_overrides = {"iss": "https://other.example"}
    browser = await world.browser()
    page = await browser.get(world.tax + "/login")
    assert page.status_code == 400
    assert "issuer_mismatch" in page.text
    assert len(world.provider.codes) == 1  # the code is still unspent


@pytest.mark.parametrize(
    ("error", "status"),
    [("access_denied", 403), ("login_required", 401), ("server_error", 503), ("odd_one", 500)],
)
async def test_the_providers_errors_become_pages_for_people(
    world: World, error: str, status: int
) -> None:
    description = "<b>said the provider</b>"
    world.provider.answer_overrides = {"error": error, "error_description": description}
    page = await (await world.browser()).get(world.tax + "/login")
    assert page.status_code == status
    assert error in page.text
    assert "&lt;b&gt;said the provider" in page.text
    assert "/login" in page.text


async def test_an_unasked_error_cannot_put_words_on_the_page(world: World) -> None:
    page = await (await world.browser()).get(
        world.tax + "/callback?error=access_denied&error_description=call+12345&state=x"
    )
    assert page.status_code == 400
    assert "call 12345" not in page.text


async def test_a_provider_that_is_away_gives_a_calm_page(world: World) -> None:
    world.provider.issuer = "http://127.0.0.1:9/"  # its metadata now names another issuer
    page = await (await world.browser()).get(world.tax + "/login")
    assert page.status_code == 503
    assert "统一身份认证暂时没有应答" in page.text


async def test_another_site_may_suggest_a_sign_in_but_not_a_destination(world: World) -> None:
    browser = await world.browser()
    url, issuer = world.tax + "/initiate-login", world.provider.issuer
    good = {"iss": issuer, "login_hint": "hint", "target_link_uri": world.tax + "/session"}
    assert (await browser.get(url, params=good)).json()["signed_in"] is True
    assert world.provider.authorization_requests[-1]["login_hint"] == "hint"
    assert (await browser.post(url, data=good)).json()["signed_in"] is True
    for target in ("https://evil.example/", world.tax + ".evil.example/", "//evil.example"):
        answer = await browser.get(url, params={**good, "target_link_uri": target})
        assert answer.status_code == 400
    wrong = await browser.get(url, params={**good, "iss": "https://evil.example"})
    assert wrong.status_code == 400


async def test_every_page_forbids_scripts_and_frames(world: World) -> None:
    browser = await world.browser()
    for path in ("/", "/nothing-here", "/callback", "/signed-out"):
        headers = (await browser.get(world.tax + path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert headers["cache-control"] == "no-store"


async def test_nothing_of_the_session_is_in_any_url(world: World) -> None:
    browser = await world.browser()
    page = await browser.get(world.tax + "/login")
    assert parse_qs(urlsplit(str(page.url)).query) == {}
