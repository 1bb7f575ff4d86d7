"""What a certification suite checks of every message, whatever the test is about."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import httpx2

from tests.protocol.browser import Callback, Page
from tests.protocol.relying_party import RelyingParty

_PROFILE = (
    *("name", "given_name", "family_name", "middle_name", "nickname", "profile", "picture"),
    *("website", "gender", "birthdate", "zoneinfo", "locale", "updated_at", "preferred_username"),
)
CLAIMS_OF_SCOPES = {
    "profile": frozenset(_PROFILE),
    "email": frozenset({"email", "email_verified"}),
    "address": frozenset({"address"}),
    "phone": frozenset({"phone_number", "phone_number_verified"}),
}
"""OpenID Connect Core section 5.4; a test user has to have all of them."""

REQUIRED_OF_ID_TOKENS = frozenset({"iss", "sub", "aud", "exp", "iat"})
ALLOWED_IN_ID_TOKENS = REQUIRED_OF_ID_TOKENS | {
    *("auth_time", "nonce", "acr", "amr", "azp", "sid", "jti", "nbf", "txn"),
    *("at_hash", "c_hash", "s_hash"),
}
"""OpenID Connect Core section 2 and what accompanies it; others have to be asked for."""

ALLOWED_IN_ERRORS = frozenset(
    {"error", "error_description", "error_uri", "state", "iss", "session_state"}
)
_ABOUT_THE_RESPONSE = {"state", "iss", "session_state"}
_OF_A_CODE = {"code"}
_OF_A_TOKEN = {"access_token", "token_type", "expires_in", "scope"}
_BROUGHT = {"code": _OF_A_CODE, "token": _OF_A_TOKEN, "id_token": {"id_token"}}

_BCP47 = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2}|-[0-9]{3})?")
_ADDRESS = frozenset(
    {"formatted", "street_address", "locality", "region", "postal_code", "country"}
)
_URLS = ("profile", "picture", "website")
_YEAR_1990, _DAY = 631_152_000, 86_400


def is_language_tag(text: str) -> bool:
    """Whether a tag is in the canonical form of BCP 47 section 2.1.1, as `en-GB` is."""
    return _BCP47.fullmatch(text) is not None


def shannon_bits(text: str) -> float:
    """Return the entropy of a string, measured on the string itself: its length times the entropy
    of its characters."""
    counts = Counter(text).values()
    return -sum(count * math.log2(count / len(text)) for count in counts)


def is_unguessable(text: str) -> bool:
    """Whether a code or token is at least 128 bits long and has at least 96 bits of entropy
    (RFC 6749 section 10.10), and is visible ASCII (appendix A)."""
    is_visible = all(" " < character <= "~" for character in text)
    return is_visible and len(text) * 8 >= 128 and shannon_bits(text) >= 96


def judge_placement(callback: Callback, redirect_uri: str, where: str) -> None:
    """All in one place, nothing in the other, and the redirect URI as it was registered (RFC 6749
    section 4.1.2, Multiple Response Types section 5)."""
    separator = "&" if where == "?" and "?" in redirect_uri else where
    assert callback.url.startswith(redirect_uri + separator), callback.url
    parts = urlsplit(callback.url)
    assert parts.query == urlsplit(redirect_uri).query or where == "?"
    assert (parts.fragment == "") is (where == "?")


def judge_success(
    callback: Callback, client: RelyingParty, response_type: str, state: str | None
) -> None:
    """A response brings what was asked for, once each, and nothing unknown."""
    names = callback.names()
    wanted = set().union(*(_BROUGHT[part] for part in response_type.split()))
    query = {pair.partition("=")[0] for pair in urlsplit(client.redirect_uri).query.split("&")}
    assert len(names) == len(set(names)), names
    assert set(names) <= wanted | _ABOUT_THE_RESPONSE | query, names
    assert wanted - {"expires_in", "scope"} <= set(names), names
    _judge_state_and_issuer(callback, client, state)
    if "code" in names:
        assert is_unguessable(callback["code"])
    if "access_token" in names:
        assert is_unguessable(callback["access_token"])
        assert callback["token_type"].lower() == "bearer"
        assert int(callback["expires_in"]) > 0


def judge_error(
    callback: Callback, client: RelyingParty, errors: set[str], state: str | None
) -> None:
    """An error response names an expected error and brings nothing that could be used."""
    assert set(callback.names()) <= ALLOWED_IN_ERRORS, callback.names()
    assert callback["error"] in errors, callback["error"]
    _judge_state_and_issuer(callback, client, state)
    if "error_description" in callback.names():
        judge_description(callback["error_description"])


def _judge_state_and_issuer(callback: Callback, client: RelyingParty, state: str | None) -> None:
    states = [value for name, value in callback.parameters if name == "state"]
    assert states == ([] if state is None else [state])
    assert callback["iss"] == client.issuer


def judge_description(text: str) -> None:
    """RFC 6749 section 4.1.2.1: printable ASCII without quotation mark and backslash."""
    assert text
    assert all(" " <= character <= "~" and character not in '"\\' for character in text), text


def judge_error_page(page: Page) -> None:
    """The person reads what is wrong and the client hears nothing (RFC 6749 section 4.1.2.1)."""
    assert 400 <= page.status < 500
    assert not page.location
    assert page.response.headers["content-type"].startswith("text/html")
    assert "rp.example" not in page.response.headers.get("refresh", "")
    assert "http-equiv" not in page.text


def judge_token_response(response: httpx2.Response) -> dict[str, Any]:
    """RFC 6749 section 5.1."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].split(";")[0] == "application/json"
    assert "no-store" in response.headers["cache-control"]
    body: dict[str, Any] = response.json()
    assert body["token_type"].lower() == "bearer"
    assert type(body["expires_in"]) is int and body["expires_in"] > 0
    for name in ("access_token", "refresh_token"):
        assert name not in body or is_unguessable(body[name])
    return body


def judge_token_error(response: httpx2.Response, error: str) -> None:
    """RFC 6749 section 5.2."""
    assert response.status_code == 400, response.text
    assert response.headers["content-type"].split(";")[0] == "application/json"
    assert response.json()["error"] == error
    judge_description(response.json().get("error_description", "none"))


def judge_id_token(
    claims: Mapping[str, Any],
    client: RelyingParty,
    now: int,
    asked: frozenset[str] = frozenset(),
) -> None:
    """OpenID Connect Core sections 2 and 3.1.3.7; `asked` are claims beside the protocol's own."""
    assert claims.keys() >= REQUIRED_OF_ID_TOKENS
    assert claims.keys() <= ALLOWED_IN_ID_TOKENS | asked, claims.keys() - ALLOWED_IN_ID_TOKENS
    assert claims["iss"] == client.issuer
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    assert client.client_id in audience
    assert claims.get("azp", client.client_id) == client.client_id
    assert isinstance(claims["sub"], str) and claims["sub"].isascii() and len(claims["sub"]) <= 255
    for name in {"exp", "iat", "nbf", "auth_time"} & claims.keys():
        assert type(claims[name]) is int, name
    assert claims["exp"] > now
    assert abs(claims["iat"] - now) <= 300
    if "auth_time" in claims:
        assert now - 7 * _DAY < claims["auth_time"] <= claims["iat"]
    if "acr" in claims:
        assert isinstance(claims["acr"], str)
    assert not [name for name, value in claims.items() if value in ("", None, "null")]


def judge_userinfo(claims: Mapping[str, Any], now: int) -> None:
    """The types of OpenID Connect Core sections 5.1 and 5.1.1."""
    numbers, objects = {"updated_at"}, {"address"}
    for name, value in claims.items():
        if name.endswith("_verified"):
            assert type(value) is bool, name
        elif name not in numbers | objects:
            assert isinstance(value, str) and value not in ("", "null"), name
    if "updated_at" in claims:
        assert type(claims["updated_at"]) is int
        assert _YEAR_1990 < claims["updated_at"] <= now
    if "address" in claims:
        assert claims["address"].keys() <= _ADDRESS
        assert all(isinstance(part, str) and part for part in claims["address"].values())
    if "birthdate" in claims:
        _judge_birthdate(claims["birthdate"], now)
    assert all(urlsplit(claims[name]).scheme == "https" for name in _URLS if name in claims)
    assert is_language_tag(claims.get("locale", "zh-CN"))
    assert re.fullmatch(r"[^@\s]+@[^@\s]+", claims.get("email", "a@b"))
    assert re.fullmatch(r"\+[0-9]{6,15}", claims.get("phone_number", "+8613900000000"))


def _judge_birthdate(text: str, now: int) -> None:
    if re.fullmatch(r"[0-9]{4}", text):
        return
    assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text), text
    if not text.startswith("0000"):
        born = date.fromisoformat(text)
        assert date(1880, 1, 1) < born <= date.fromtimestamp(now)
