"""The date on the wall, by which ages and validity are counted: China keeps one time zone."""

from __future__ import annotations

from datetime import date

from idp.clock import Clock
from idp.i18n.dates import CHINA_TIME


def civil_date(clock: Clock) -> date:
    """Return today's date in China."""
    return clock.now().astimezone(CHINA_TIME).date()
