"""The `claims` parameter with essential, value and values (OpenID Connect Core section 5.5.1)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.protocol.browser import Browser, Callback
from tests.protocol.conftest import NewPortal
from tests.protocol.refusals import sent_back
from tests.protocol.relying_party import RelyingParty, Tokens
from tests.provider import Citizen

Enter = Callable[..., Tokens]


def userinfo(enter: Enter, portal: RelyingParty, **asked: Any) -> dict[str, Any]:
    """Return what userinfo says when the `claims` parameter asks for this of it."""
    tokens = enter(portal, scope="openid", claims=json.dumps({"userinfo": asked}))
    return dict(portal.userinfo(tokens.access_token).json())


@pytest.mark.parametrize("members", ['"value":%s', '"values":[%s]'])
@pytest.mark.parametrize("depth", [10, 250, 260, 900, 5000])
def test_a_value_may_be_nested_however_deeply(
    browser: Browser, portal: RelyingParty, members: str, depth: int
) -> None:
    """Nobody has a claim like that, so it is a value like another or refused."""
    value = "[" * depth + "]" * depth
    asked = '{"userinfo":{"name":{' + members % value + "}}}"
    page = browser.get("/authorize", portal.parameters(claims=asked))
    if page.status == 303:
        assert Callback.at(page.location)["error"] == "invalid_request"
    else:
        assert (page.path, page.status) == ("/login", 200) or page.status in (400, 414)


@pytest.mark.parametrize("request_for_it", [None, {}, {"essential": True}, {"essential": False}])
def test_an_essential_claim_is_released_like_a_voluntary_one(
    enter: Enter, portal: RelyingParty, citizen: Citizen, request_for_it: dict[str, Any] | None
) -> None:
    assert userinfo(enter, portal, name=request_for_it)["name"] == citizen.name


@pytest.mark.parametrize("form", ["value", "values"])
def test_a_claim_that_has_the_wanted_value_is_released(
    enter: Enter, portal: RelyingParty, citizen: Citizen, form: str
) -> None:
    wanted = {"value": citizen.name} if form == "value" else {"values": ["无名", citizen.name]}
    assert userinfo(enter, portal, name=wanted)["name"] == citizen.name


@pytest.mark.parametrize(
    "wanted", [{"value": "无名"}, {"values": ["无名", "王五"]}, {"values": []}]
)
def test_a_claim_that_has_another_value_is_left_out_and_is_no_error(
    enter: Enter, portal: RelyingParty, wanted: dict[str, Any]
) -> None:
    said = userinfo(enter, portal, name={**wanted, "essential": True}, phone_number=None)
    assert "name" not in said
    assert "phone_number" in said


def test_a_wanted_value_counts_only_in_the_place_where_it_was_asked_for(
    enter: Enter, portal: RelyingParty, citizen: Citizen
) -> None:
    asked = {"userinfo": {"name": None}, "id_token": {"name": {"value": "无名"}}}
    tokens = enter(portal, scope="openid", claims=json.dumps(asked))
    assert "name" not in portal.claims(tokens.id_token)
    assert portal.userinfo(tokens.access_token).json()["name"] == citizen.name


def test_asking_with_values_finds_out_nothing_that_was_not_allowed(
    enter: Enter, new_portal: NewPortal, citizen: Citizen
) -> None:
    portal = new_portal(claims=[])
    assert userinfo(enter, portal, name={"value": citizen.name}).keys() == {"sub"}


def test_an_unknown_claim_is_ignored_whatever_is_wanted_of_it(
    enter: Enter, portal: RelyingParty
) -> None:
    said = userinfo(enter, portal, shoe_size={"essential": True, "value": 44})
    assert said.keys() == {"sub"}


@pytest.mark.parametrize("wanted", [{"values": "x"}, {"values": {}}, {"values": ["x"] * 51}])
def test_a_malformed_wish_is_refused(
    browser: Browser, portal: RelyingParty, wanted: dict[str, Any]
) -> None:
    parameters = portal.parameters(claims=json.dumps({"userinfo": {"name": wanted}}))
    page = browser.get("/authorize", parameters)
    sent_back(page, portal, "invalid_request", parameters["state"])
