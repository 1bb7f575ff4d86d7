"""Which language a reader gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.i18n.language import DEFAULT_LANGUAGE, Language
from idp.i18n.negotiation import negotiate_language

ZH, EN = Language.CHINESE, Language.ENGLISH


def test_without_any_wish_the_language_is_chinese() -> None:
    assert negotiate_language(None, None, None) is DEFAULT_LANGUAGE is ZH


@pytest.mark.parametrize(
    ("ui_locales", "expected"),
    [
        ("en", EN),
        ("en-GB", EN),
        ("EN-us zh", EN),
        ("fr-CA fr en", EN),
        ("zh-Hant-HK en", ZH),
        ("zh_CN", ZH),
        ("fr de", ZH),
        ("english", ZH),
    ],
)
def test_the_first_offered_language_of_ui_locales_is_used(
    ui_locales: str, expected: Language
) -> None:
    assert negotiate_language(ui_locales, None, None) is expected


def test_ui_locales_wins_over_the_cookie_and_the_cookie_over_the_browser() -> None:
    assert negotiate_language("en", "zh-CN", "zh-CN") is EN
    assert negotiate_language(None, "en", "zh-CN") is EN
    assert negotiate_language("fr", "nonsense", "en") is EN


@pytest.mark.parametrize(
    ("accept_language", "expected"),
    [
        ("en-US,en;q=0.9,zh-CN;q=0.8", EN),
        ("fr, en;q=0.3, zh;q=0.7", ZH),
        ("zh;q=0, en;q=0.1", EN),
        ("zh;q=0", ZH),
        ("*", ZH),
        ("en ; q = 0.5", EN),
        ("zh;q=2, en;q=0.5", EN),
        ("zh;q=nan, en;q=0.5", EN),
        (",,;q=,en", EN),
        ("en," * 500, ZH),
    ],
)
def test_the_browsers_weights_are_respected(accept_language: str, expected: Language) -> None:
    assert negotiate_language(None, None, accept_language) is expected


@given(st.text(), st.text(), st.text())
def test_garbage_gives_some_language_and_no_error(
    ui_locales: str, cookie: str, accept_language: str
) -> None:
    assert negotiate_language(ui_locales, cookie, accept_language) in Language
