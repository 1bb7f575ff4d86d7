"""How often proofing may be tried.

An attempt is counted before a register is asked and given back when the register did not answer:
an outage never uses up anybody's attempts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta

from idp.clock import Clock
from idp.errors import TongxingError
from idp.proofing import repository
from idp.proofing.settings import ProofingSettings
from idp.storage.database import Database, Transaction


class TooManyAttemptsError(TongxingError):
    """Proofing was tried too often; `retry_after` is in seconds. `counter` says what was counted,
    such as `phone`, without saying whose."""

    code = "too_many_attempts"

    def __init__(self, retry_after: int, counter: str) -> None:
        super().__init__()
        self.retry_after = retry_after
        self.counter = counter


class ProofingAttempts:
    """Counts attempts per scope, for example `phone:<index>` and `document:<index>`."""

    def __init__(self, database: Database, clock: Clock, settings: ProofingSettings) -> None:
        self._database = database
        self._clock = clock
        self._limit = settings.attempts
        self._window = timedelta(seconds=settings.window_seconds)

    async def reserve(self, scopes: Iterable[str]) -> None:
        """Count one attempt in every scope, or in none and raise TooManyAttemptsError."""
        now = self._clock.now()
        async with self._database.write() as transaction:
            # In one order for everybody, so that two attempts never wait for each other.
            for scope in sorted(scopes):
                counted = await repository.count_attempt(
                    transaction, scope, now, self._window, self._limit
                )
                if not counted:
                    wait = await self._wait(transaction, scope)
                    raise TooManyAttemptsError(wait, scope.partition(":")[0])

    async def give_back(self, scopes: Iterable[str]) -> None:
        """Take back an attempt that was not answered."""
        async with self._database.write() as transaction:
            await repository.give_back_attempt(transaction, list(scopes))

    async def purge(self) -> int:
        """Delete counters whose window is long over; returns how many."""
        return await repository.purge_attempts(self._database, self._clock.now() - 2 * self._window)

    async def _wait(self, transaction: Transaction, scope: str) -> int:
        start = await repository.read_window_start(transaction, scope) or self._clock.now()
        return max(1, math.ceil((start + self._window - self._clock.now()).total_seconds()))
