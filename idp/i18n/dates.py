"""Dates and spans of time as people read them.

The whole country keeps one time (UTC+8), so pages show that and name no zone.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from babel.dates import format_datetime as babel_datetime

from idp.i18n.language import Language

CHINA_TIME = ZoneInfo("Asia/Shanghai")

# The names of the day and month in full: "3/4/2026" is two different days to two readers.
_DATE_PATTERNS = {Language.CHINESE: "y年M月d日", Language.ENGLISH: "d MMMM y"}
_SEPARATORS = {Language.CHINESE: " ", Language.ENGLISH: ", "}
_TIME_PATTERN = "HH:mm"


def format_date(value: date | datetime, language: Language) -> str:
    """``2026年3月4日`` or ``4 March 2026``; a datetime is taken to China time first."""
    day = _in_china(value).date() if isinstance(value, datetime) else value
    return babel_date(day, _DATE_PATTERNS[language], locale=language.locale)


def format_datetime(value: datetime, language: Language) -> str:
    """``2026年3月4日 09:05`` or ``4 March 2026, 09:05``, in China time."""
    pattern = f"{_DATE_PATTERNS[language]}{_SEPARATORS[language]}{_TIME_PATTERN}"
    return babel_datetime(_in_china(value), pattern, locale=language.locale)


def whole_minutes(seconds: float) -> int:
    """Seconds as minutes to announce: rounded up, and never "0 minutes"."""
    return max(1, math.ceil(seconds / 60))


def _in_china(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a datetime to be shown needs a time zone")
    return value.astimezone(CHINA_TIME)
