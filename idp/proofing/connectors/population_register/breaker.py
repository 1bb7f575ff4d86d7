"""A circuit breaker: after failures in a row the register is left alone for a while.

    closed --failures--> open --time--> half open --success--> closed
                           ^________________________failure_________|

One event loop only; every method is synchronous, so no lock is needed.
"""

from __future__ import annotations

from collections.abc import Callable


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

    @property
    def is_open(self) -> bool:
        """Whether the register is being left alone or tried with one question."""
        return self._opened_at is not None

    def try_acquire(self) -> bool:
        """Return whether a question may be asked; each True is settled by one of the three below."""
        if self._opened_at is None:
            return True
        has_rested = self._monotonic() - self._opened_at >= self._open_seconds
        if self._is_probing or not has_rested:
            return False
        self._is_probing = True
        return True

    def record_success(self) -> None:
        """The register answered."""
        self._failures = 0
        self._opened_at = None
        self._is_probing = False

    def record_failure(self) -> None:
        """The register failed; a failed probe leaves it alone for another while."""
        self._failures += 1
        self._is_probing = False
        if self._opened_at is not None or self._failures >= self._failures_to_open:
            self._opened_at = self._monotonic()

    def record_abandoned(self) -> None:
        """The question was given up before its outcome was known; the next may probe."""
        self._is_probing = False
