"""A circuit breaker: after failures in a row the register is left alone for a while.

    closed --failures--> open --time--> half open --success--> closed
                          ^-----------------failure----'

For one event loop; every method is synchronous, so no lock is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to ask one question; settled once, and ignored when the circuit has moved on since."""

    period: int


class CircuitBreaker:
    """Counts failures in a row; `monotonic` returns seconds that never go back."""

    def __init__(
        self, failures_to_open: int, open_seconds: float, monotonic: Callable[[], float]
    ) -> None:
        self._failures_to_open = failures_to_open
        self._open_seconds = open_seconds
        self._monotonic = monotonic
        self._failures = 0
        self._opened_at: float | None = None
        self._is_probing = False
        self._period = 0

    @property
    def is_open(self) -> bool:
        """Whether the register is being left alone, or tried with a single question."""
        return self._opened_at is not None

    def try_acquire(self) -> Permit | None:
        """Return leave to ask, or None while the register is left alone."""
        if self._opened_at is not None:
            has_rested = self._monotonic() - self._opened_at >= self._open_seconds
            if self._is_probing or not has_rested:
                return None
            self._is_probing = True
        return Permit(self._period)

    def record_success(self, permit: Permit) -> None:
        """The register answered."""
        if permit.period == self._period:
            self._failures = 0
            if self._opened_at is not None:
                self._move(None)

    def record_failure(self, permit: Permit) -> None:
        """The register failed; a failed probe leaves it alone for another while."""
        if permit.period == self._period:
            self._failures += 1
            if self._opened_at is not None or self._failures >= self._failures_to_open:
                self._move(self._monotonic())

    def record_abandoned(self, permit: Permit) -> None:
        """The question was given up before its outcome was known; another may be the probe."""
        if permit.period == self._period:
            self._is_probing = False

    def _move(self, opened_at: float | None) -> None:
        self._opened_at = opened_at
        self._failures = 0
        self._is_probing = False
        self._period += 1
