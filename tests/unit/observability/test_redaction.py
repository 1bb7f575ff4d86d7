from __future__ import annotations

import traceback
from dataclasses import dataclass

import orjson
import pytest

from idp.observability.redaction import redact_event, redact_value
from idp.observability.sensitive_keys import is_sensitive_key
from idp.observability.sensitive_patterns import redact_text

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
ID_NUMBER = "11010519491231002X"
MOBILE = "13800138000"


@pytest.mark.parametrize(
    "text",
    [
        f"token was {JWT} here",
        f"Authorization: Bearer {JWT}",
        "Authorization: Basic c29tZS1jbGllbnQ6aHVudGVyMg==",
        "got Bearer abcdefSECRET1234 back",
        f"person {ID_NUMBER} is known",
        "person 110105 19491231 002x is known",
        "person １１０１０５１９４９１２３１００２X is known",
        "old card 110105491231002 seen",
        f"call {MOBILE} now",
        "call +86 138-0013-8000 now",
        f"phone{MOBILE}x",
        "mail zhang.san@example.gov.cn today",
        "redis://:hunter2SECRET@cache:6379/0",
        "GET /cb?code=SECRETabc&state=SECRETxyz#id_token_hint=SECRET",
        "body logout_token=SECRET&client_secret=SECRET",
        "{'password': 'SECRET', \"otp\": \"123456\"}",
        "Cookie: __Host-session=SECRET; other=SECRET",
        "【通行】验证码 123456，5 分钟内有效",
        "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----",
        "INSERT failed [parameters: ('SECRET', 'SECRET')]\n(Background)",
        "DETAIL:  Key (phone)=(SECRET) already exists.",
        "input_value='SECRET', input_type=str",
    ],
)
def test_secrets_and_personal_data_inside_text_are_removed(text: str) -> None:
    cleaned = redact_text(text)
    for leak in (JWT, "SECRET", ID_NUMBER, "8000", "123456", "1231002", "zhang.san", "c29tZS"):
        assert leak not in cleaned
    assert "[redacted]" in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "0af7651916cd43dd8448eb211c80319c",
        "account 0190f3a0-1380-7138-8001-138001380001 locked",
        "status_code=200 took 12.5 ms",
        "/authorize/{transaction_id}",
        "2026-11-21T23:33:43.123456Z",
    ],
)
def test_ordinary_text_stays_readable(text: str) -> None:
    assert redact_text(text) == text


@pytest.mark.parametrize(
    "key",
    ["password", "newPassword", "access_token", "code", "otp", "client-secret", "Authorization",
     "Set-Cookie", "idNumber", "phone", "name", "familyName", "state", "user_code", "手机号"],
)  # fmt: skip
def test_a_sensitive_key_hides_its_value(key: str) -> None:
    assert is_sensitive_key(key)
    assert redact_event({key: 42}) == {key: "[redacted]"}


@pytest.mark.parametrize("key", ["status_code", "client_id", "grant_type", "token_type"])
def test_a_harmless_key_keeps_its_value(key: str) -> None:
    assert redact_event({key: "value"}) == {key: "value"}


def test_nesting_objects_numbers_bytes_and_keys_are_cleaned_too() -> None:
    @dataclass
    class Person:
        note: str

    cleaned = redact_value(
        {
            "deep": [{"inner": ({"token": JWT},)}, Person(note=f"is {ID_NUMBER}")],
            MOBILE: "as a key",
            "count": 13800138000,
            "raw": JWT.encode(),
            "error": ValueError(f"bad number {ID_NUMBER}"),
        }
    )
    text = orjson.dumps(cleaned).decode()
    assert JWT not in text
    assert ID_NUMBER not in text
    assert MOBILE not in text


def test_a_traceback_loses_the_values_in_its_messages() -> None:
    try:
        try:
            raise KeyError(f"no mobile {MOBILE}")
        except KeyError as cause:
            raise ValueError(f"id {ID_NUMBER}") from cause
    except ValueError as error:
        text = redact_text("".join(traceback.format_exception(error)))
    assert "ValueError" in text
    assert text.count("[redacted]") >= 2
    assert f"mobile {MOBILE}" not in text


def test_endless_nesting_and_huge_text_are_bounded() -> None:
    loop: dict[str, object] = {}
    loop["again"] = loop
    assert "too deep" in str(redact_value(loop))
    assert len(redact_text("a1 " * 100_000)) < 20_000
