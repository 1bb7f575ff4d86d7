"""OpenID Connect Back-Channel Logout 1.0, seen from the portal: who is believed, who is not."""

from __future__ import annotations

import base64
import json
import time

import httpx2
import pytest

from tests.portals.conftest import World
from tests.portals.small_provider import CLIENT_ID, EVENTS, new_key

pytestmark = pytest.mark.asyncio


async def assert_refused(world: World, token: str, browser: httpx2.AsyncClient) -> None:
    answer = await world.deliver(token)
    assert answer.status_code == 400
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["error"] == "invalid_request"
    assert await world.is_signed_in(browser)


async def test_a_sid_ends_exactly_that_session(world: World) -> None:
    ended = await world.signed_in_browser(sid="sid-1")
    same_person_elsewhere = await world.signed_in_browser(sid="sid-2")
    somebody_else = await world.signed_in_browser("subject-2", "sid-3")
    answer = await world.deliver(world.provider.logout_token(sub="subject-1", sid="sid-1"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert not await world.is_signed_in(ended)
    assert await world.is_signed_in(same_person_elsewhere)
    assert await world.is_signed_in(somebody_else)


async def test_a_sub_alone_ends_all_sessions_of_that_person(world: World) -> None:
    one = await world.signed_in_browser(sid="sid-1")
    two = await world.signed_in_browser(sid="sid-2")
    somebody_else = await world.signed_in_browser("subject-2", "sid-3")
    token = world.provider.logout_token(sub="subject-1", sid=None)
    assert (await world.deliver(token)).status_code == 200
    assert not await world.is_signed_in(one)
    assert not await world.is_signed_in(two)
    assert await world.is_signed_in(somebody_else)


async def test_a_sid_without_sub_is_enough(world: World) -> None:
    browser = await world.signed_in_browser(sid="sid-1")
    token = world.provider.logout_token(sub=None, sid="sid-1")
    assert (await world.deliver(token)).status_code == 200
    assert not await world.is_signed_in(browser)


async def test_a_sid_of_another_person_ends_nothing(world: World) -> None:
    browser = await world.signed_in_browser(sid="sid-1")
    token = world.provider.logout_token(sub="subject-9", sid="sid-1")
    assert (await world.deliver(token)).status_code == 200
    assert await world.is_signed_in(browser)


async def test_an_unknown_session_is_success_because_nobody_is_left(world: World) -> None:
    token = world.provider.logout_token(sid="never-seen")
    assert (await world.deliver(token)).status_code == 200


async def test_the_visitor_is_told_kindly_on_the_next_page(world: World) -> None:
    browser = await world.signed_in_browser(sid="sid-1")
    await world.deliver(world.provider.logout_token())
    page = await browser.get(world.tax + "/")
    assert "您已在另一处退出" in page.text
    assert "林知行" not in page.text
    world.provider.sid = "sid-2"
    assert "您已在另一处退出" not in (await browser.get(world.tax + "/login")).text


async def test_a_foreign_signature_is_refused(world: World) -> None:
    browser = await world.signed_in_browser()
    impostor = new_key("first")  # claims the kid of the provider's key
    await assert_refused(world, world.provider.logout_token(impostor), browser)


async def test_a_changed_payload_is_refused(world: World) -> None:
    browser = await world.signed_in_browser()
    header, _, signature = world.provider.logout_token(sid="sid-9").split(".")
    claims = json.dumps(world.provider.logout_claims()).encode()
    payload = base64.urlsafe_b64encode(claims).decode().rstrip("=")
    await assert_refused(world, f"{header}.{payload}.{signature}", browser)


async def test_an_unsigned_token_is_refused(world: World) -> None:
    browser = await world.signed_in_browser()
    parts = ({"alg": "none", "kid": "first"}, world.provider.logout_claims())
    encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts]
    await assert_refused(world, ".".join([*encoded, ""]), browser)


async def test_a_token_of_an_unpublished_key_is_refused(world: World) -> None:
    browser = await world.signed_in_browser()
    await assert_refused(world, world.provider.logout_token(new_key("unknown")), browser)


CHANGES: dict[str, dict[str, object]] = {
    "another issuer": {"iss": "https://other.example"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "another-client"},
    "no audience": {"aud": None},
    "a nonce": {"nonce": "n"},
    "an empty nonce": {"nonce": ""},
    "no events": {"events": None},
    "another event": {"events": {"http://schemas.openid.net/event/other": {}}},
    "an event that is not an object": {"events": {next(iter(EVENTS)): "yes"}},
    "events as a list": {"events": list(EVENTS)},
    "no jti": {"jti": None},
    "neither sub nor sid": {"sub": None, "sid": None},
    "a sub that is not a string": {"sub": 7},
    "no iat": {"iat": None},
    "no exp": {"exp": None},
    "expired": {"exp": int(time.time()) - 120},
    "issued in the future": {"iat": int(time.time()) + 600, "exp": int(time.time()) + 900},
    "issued long ago": {"iat": int(time.time()) - 3600, "exp": int(time.time()) + 900},
    "exp as text": {"exp": "tomorrow"},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES.keys())
async def test_a_token_with_this_fault_is_refused(world: World, changes: dict[str, object]) -> None:
    browser = await world.signed_in_browser()
    token = world.provider.sign(world.provider.logout_claims(**changes), typ="logout+jwt")
    await assert_refused(world, token, browser)


async def test_a_token_is_believed_once(world: World) -> None:
    await world.signed_in_browser(sid="sid-1")
    token = world.provider.logout_token(sub="subject-1", sid=None)
    assert (await world.deliver(token)).status_code == 200
    browser = await world.signed_in_browser(sid="sid-2")
    await assert_refused(world, token, browser)


async def test_a_refused_token_does_not_use_up_its_jti(world: World) -> None:
    browser = await world.signed_in_browser()
    await assert_refused(world, world.provider.logout_token(jti="same", nonce="n"), browser)
    assert (await world.deliver(world.provider.logout_token(jti="same"))).status_code == 200


async def test_an_id_token_is_not_a_logout_token(world: World) -> None:
    browser = await world.signed_in_browser()
    now = int(time.time())
    claims = world.provider.logout_claims(events=None, iat=now, nonce="n", auth_time=now)
    await assert_refused(world, world.provider.sign(claims), browser)


async def test_a_token_of_another_declared_type_is_refused(world: World) -> None:
    browser = await world.signed_in_browser()
    token = world.provider.sign(world.provider.logout_claims(), typ="at+jwt")
    await assert_refused(world, token, browser)


async def test_an_audience_list_that_names_us_is_accepted(world: World) -> None:
    browser = await world.signed_in_browser()
    token = world.provider.logout_token(aud=["another-client", CLIENT_ID])
    assert (await world.deliver(token)).status_code == 200
    assert not await world.is_signed_in(browser)


async def test_a_new_key_of_the_provider_is_fetched_when_first_met(world: World) -> None:
    browser = await world.signed_in_browser()
    rotated = new_key("second")
    world.provider.publish(rotated)
    assert (await world.deliver(world.provider.logout_token(rotated))).status_code == 200
    assert not await world.is_signed_in(browser)


async def test_invented_kids_do_not_make_us_call_the_provider_each_time(world: World) -> None:
    await world.signed_in_browser()
    before = world.provider.jwks_fetches
    for number in range(5):
        token = world.provider.logout_token(new_key(f"invented-{number}"))
        assert (await world.deliver(token)).status_code == 400
    assert world.provider.jwks_fetches == before + 1
    world.clock.ahead = 6
    rotated = new_key("second")
    world.provider.publish(rotated)
    assert (await world.deliver(world.provider.logout_token(rotated))).status_code == 200


async def test_keys_of_unknown_kinds_in_the_set_do_no_harm(world: World) -> None:
    world.provider.published.insert(0, {"kty": "SM2", "kid": "strange"})
    assert (await world.deliver(world.provider.logout_token())).status_code == 200


async def test_unreachable_keys_ask_for_another_delivery(world: World) -> None:
    world.provider.jwks_down = True
    token = world.provider.logout_token()
    answer = await world.deliver(token)
    assert answer.status_code == 503
    assert answer.headers["cache-control"] == "no-store"
    world.provider.jwks_down = False
    world.clock.ahead = 6
    assert (await world.deliver(token)).status_code == 200


async def test_a_sign_in_under_way_does_not_outlive_its_session(world: World) -> None:
    await world.deliver(world.provider.logout_token(sid="sid-1"))
    browser = await world.browser()
    page = await browser.get(world.tax + "/login")  # its ID token carries sid-1
    assert page.status_code == 401
    assert not await world.is_signed_in(browser)


async def test_only_a_small_form_with_one_token_is_read(world: World) -> None:
    url = world.tax + "/backchannel-logout"
    browser = await world.browser()
    token = world.provider.logout_token()
    assert (await browser.get(url)).status_code == 405
    assert (await browser.post(url, json={"logout_token": token})).status_code == 415
    assert (await browser.post(url, data={})).status_code in {400, 415}
    assert (await browser.post(url, data={"logout_token": [token, token]})).status_code == 400
    assert (await browser.post(url, data={"logout_token": "x" * 40_000})).status_code == 413
    assert (await browser.post(url, data={"logout_token": "é.ü.ß"})).status_code == 400
