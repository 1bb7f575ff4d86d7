"""Time, injected: nothing in this project reads the system clock except `SystemClock`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the current moment as an aware UTC datetime."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock that moves only when told to, for tests."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("ManualClock needs an aware datetime")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        """Move forward by `seconds` (backward when negative)."""
        self._now += timedelta(seconds=seconds)


def epoch_seconds(moment: datetime) -> int:
    """Return whole seconds since 1970-01-01T00:00:00Z, the `NumericDate` of RFC 7519 section 2."""
    return int(moment.timestamp())
