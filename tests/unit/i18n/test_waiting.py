"""Spans of time in words."""

from __future__ import annotations

import pytest

from idp.i18n.language import Language
from idp.i18n.waiting import format_wait


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "1 second", "1 秒"),
        (1, "1 second", "1 秒"),
        (41.2, "42 seconds", "42 秒"),
        (119, "119 seconds", "119 秒"),
        (121, "3 minutes", "3 分钟"),
        (3600, "60 minutes", "60 分钟"),
        (7200, "2 hours", "2 小时"),
        (86_400, "24 hours", "24 小时"),
    ],
)
def test_a_wait_is_rounded_up_to_a_unit_that_people_use(
    seconds: float, english: str, chinese: str
) -> None:
    assert format_wait(seconds, Language.ENGLISH) == english
    assert format_wait(seconds, Language.CHINESE) == chinese
