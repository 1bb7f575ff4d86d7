"""Dates and spans as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from idp.i18n.dates import format_date, format_datetime, whole_minutes
from idp.i18n.language import Language

LATE_IN_LONDON = datetime(2026, 3, 3, 17, 5, tzinfo=UTC)


def test_a_moment_is_shown_in_china_time() -> None:
    assert format_datetime(LATE_IN_LONDON, Language.CHINESE) == "2026年3月4日 01:05"
    assert format_datetime(LATE_IN_LONDON, Language.ENGLISH) == "4 March 2026, 01:05"


def test_a_date_is_shown_without_a_time() -> None:
    assert format_date(date(2036, 1, 23), Language.CHINESE) == "2036年1月23日"
    assert format_date(LATE_IN_LONDON, Language.ENGLISH) == "4 March 2026"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        format_datetime(datetime(2026, 3, 4), Language.CHINESE)


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 1), (1, 1), (60, 1), (61, 2), (870, 15)])
def test_seconds_are_announced_as_minutes_rounded_up(seconds: int, minutes: int) -> None:
    assert whole_minutes(seconds) == minutes
