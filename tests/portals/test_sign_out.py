"""RP-Initiated Logout 1.0 from both portals, and how long sessions live."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tests.portals.conftest import World

pytestmark = pytest.mark.asyncio


async def csrf_token(browser: httpx2.AsyncClient, portal: str) -> str:
    page = await browser.get(portal + "/")
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


async def sign_out(browser: httpx2.AsyncClient, portal: str) -> httpx2.Response:
    form = {"csrf_token": await csrf_token(browser, portal)}
    return await browser.post(portal + "/logout", data=form, follow_redirects=False)


async def test_the_tax_portal_takes_people_back(world: World) -> None:
    browser = await world.signed_in_browser()
    answer = await sign_out(browser, world.tax)
    sent = parse_qs(urlsplit(answer.headers["location"]).query)
    assert sent["post_logout_redirect_uri"] == [world.tax + "/signed-out"]
    assert sent["id_token_hint"][0].count(".") == 2
    assert sent["state"]
    assert not await world.is_signed_in(browser)
    page = await browser.get(answer.headers["location"])
    assert "本门户和统一身份认证都已退出" in page.text


async def test_the_social_portal_leaves_people_with_the_provider(world: World) -> None:
    browser = await world.signed_in_browser(portal=world.social)
    answer = await sign_out(browser, world.social)
    sent = parse_qs(urlsplit(answer.headers["location"]).query)
    assert set(sent) == {"id_token_hint", "client_id"}
    assert not await world.is_signed_in(browser, world.social)


async def test_sign_out_needs_the_form_of_this_very_session(world: World) -> None:
    browser, other = await world.signed_in_browser(), await world.signed_in_browser(sid="sid-2")
    foreign = {"csrf_token": await csrf_token(other, world.tax)}
    assert (await browser.get(world.tax + "/logout")).status_code == 405
    for form in ({"csrf_token": ""}, {"csrf_token": "é"}, foreign):
        assert (await browser.post(world.tax + "/logout", data=form)).status_code == 400
    assert await world.is_signed_in(browser)


async def test_a_forged_return_does_not_claim_the_provider_is_left(world: World) -> None:
    browser = await world.signed_in_browser()
    await sign_out(browser, world.tax)
    page = await browser.get(world.tax + "/signed-out?state=forged")
    assert "本门户和统一身份认证都已退出" not in page.text


async def test_a_session_ends_after_half_an_hour_of_silence(world: World) -> None:
    browser = await world.signed_in_browser()
    world.clock.ahead = 29 * 60
    assert await world.is_signed_in(browser)
    world.clock.ahead += 29 * 60
    assert await world.is_signed_in(browser)
    world.clock.ahead += 31 * 60
    assert not await world.is_signed_in(browser)


async def test_a_session_ends_after_eight_hours_however_busy(world: World) -> None:
    browser = await world.signed_in_browser()
    for _ in range(23):
        world.clock.ahead += 20 * 60
        assert await world.is_signed_in(browser)
    world.clock.ahead += 21 * 60
    assert not await world.is_signed_in(browser)
