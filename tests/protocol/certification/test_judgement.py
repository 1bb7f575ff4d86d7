"""The checks themselves: each refuses what it is there to find."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.protocol.browser import Callback
from tests.protocol.certification.judgement import (
    is_language_tag,
    judge_description,
    judge_error,
    judge_id_token,
    judge_success,
    judge_userinfo,
)
from tests.protocol.certification.metadata_types import judge_metadata
from tests.protocol.certification.suite_client import CALLBACK, SuiteClient

NOW = 1_800_000_000
ISSUER = "https://localhost"
GOOD = {"iss": ISSUER, "sub": "s", "aud": "c", "exp": NOW + 300, "iat": NOW, "acr": "a"}


@pytest.fixture
def nobody() -> Iterator[SuiteClient]:
    """A client that is registered nowhere."""
    metadata = {"client_id": "c", "redirect_uris": [CALLBACK]}
    with httpx2.Client() as http:
        yield SuiteClient(ISSUER, metadata, None, http)


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": ISSUER + "/"},
        {"aud": "another"},
        {"aud": ["another"]},
        {"iat": float(NOW)},
        {"iat": str(NOW)},
        {"iat": NOW - 301},
        {"exp": (NOW + 300) * 1000.0},
        {"exp": NOW},
        {"auth_time": NOW + 1},
        {"auth_time": NOW * 1000},
        {"acr": ""},
        {"acr": ["a"]},
        {"nonce": None},
        {"sid": "null"},
        {"azp": "another"},
        {"name": "林知行"},
        {"roles": ["admin"]},
    ],
)
def test_a_wrong_id_token_is_found(nobody: SuiteClient, wrong: dict[str, Any]) -> None:
    """32. OpenID Connect Core section 2."""
    judge_id_token(GOOD, nobody, NOW)
    with pytest.raises(AssertionError):
        judge_id_token({**GOOD, **wrong}, nobody, NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email_verified": "true"},
        {"phone_number_verified": 1},
        {"updated_at": "2020-01-01T00:00:00Z"},
        {"updated_at": NOW + 1},
        {"updated_at": 1_000},
        {"address": "somewhere"},
        {"address": {"planet": "Earth"}},
        {"address": {"country": ""}},
        {"birthdate": "20000101"},
        {"birthdate": "2000-02-30"},
        {"birthdate": "2100-01-01"},
        {"nickname": ""},
        {"picture": "lin.png"},
        {"locale": "zh_CN"},
        {"phone_number": "13900000001"},
    ],
)
def test_wrong_claims_are_found(wrong: dict[str, Any]) -> None:
    """42. OpenID Connect Core sections 5.1 and 5.1.1."""
    judge_userinfo({"sub": "s", "birthdate": "0000-02-29"}, NOW)
    with pytest.raises((AssertionError, AttributeError, ValueError)):
        judge_userinfo({"sub": "s", **wrong}, NOW)


@pytest.mark.parametrize("wrong", ["state=x", "foo=bar", "access_token=t", "state=y&state=y"])
def test_a_wrong_response_is_found(nobody: SuiteClient, wrong: str) -> None:
    """20. RFC 6749 section 4.1.2."""
    code = "0123456789abcdef" * 4
    good = f"{CALLBACK}?code={code}&iss=https%3A%2F%2Flocalhost"
    judge_success(Callback.at(good), nobody, "code", None)
    with pytest.raises(AssertionError):
        judge_success(Callback.at(f"{good}&{wrong}"), nobody, "code", None)


@pytest.mark.parametrize("wrong", ["code=c", "foo=bar", "state=x", "error_description=%E4%B8%AD"])
def test_a_wrong_error_is_found(nobody: SuiteClient, wrong: str) -> None:
    """20. RFC 6749 section 4.1.2.1."""
    good = f"{CALLBACK}?error=login_required&iss=https%3A%2F%2Flocalhost"
    judge_error(Callback.at(good), nobody, {"login_required"}, None)
    with pytest.raises(AssertionError):
        judge_error(Callback.at(f"{good}&{wrong}"), nobody, {"login_required"}, None)


@pytest.mark.parametrize("text", ["", 'a "b"', "a\\b", "a\nb", "a\tb", "\u4e2d"])
def test_a_wrong_description_is_found(text: str) -> None:
    """21. RFC 6749 section 4.1.2.1."""
    with pytest.raises(AssertionError):
        judge_description(text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"token_endpoint": "http://localhost/token"},
        {"scopes_supported": "openid"},
        {"scopes_supported": []},
        {"request_parameter_supported": "true"},
        {"verified_claims_supported": True},
    ],
)
def test_wrong_metadata_are_found(wrong: dict[str, Any]) -> None:
    """5. OpenID Connect Discovery section 3."""
    judge_metadata({"issuer": ISSUER})
    with pytest.raises(AssertionError):
        judge_metadata({"issuer": ISSUER, **wrong})


def test_a_wrong_language_tag_is_found() -> None:
    """5. BCP 47 section 2.1.1."""
    assert all(map(is_language_tag, ("en", "en-GB", "zh-CN", "zh-Hans-CN", "es-419")))
    assert not any(map(is_language_tag, ("en_GB", "en-gb", "EN", "english", "")))
