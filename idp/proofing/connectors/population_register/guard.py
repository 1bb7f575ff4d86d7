"""Bulkhead, circuit breaker and time limit around one question."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from idp.proofing.connectors.population_register.breaker import CircuitBreaker, Permit
from idp.proofing.connectors.population_register.bulkhead import Bulkhead, NoPlaceError
from idp.proofing.connectors.population_register.connector import Cause
from idp.proofing.connectors.population_register.failures import NoAnswerError, late, unavailable
from idp.proofing.connectors.population_register.settings import GuardSettings

Answer = TypeVar("Answer")


class Guard:
    """Shared by all questions of one process to one register."""

    def __init__(
        self, settings: GuardSettings, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.bulkhead = Bulkhead(settings.max_concurrent, settings.max_waiting)
        self.breaker = CircuitBreaker(settings.failures_to_open, settings.open_seconds, monotonic)

    async def run(self, ask: Callable[[], Awaitable[Answer]], total_seconds: float) -> Answer:
        """Return what `ask` returns within `total_seconds`, wait included.

        Raises `NoAnswerError` when there is no place, the circuit is open, time runs out, or `ask`
        raises it.
        """
        deadline = asyncio.get_running_loop().time() + total_seconds
        try:
            async with self.bulkhead.place(deadline):
                permit = self.breaker.try_acquire()
                if permit is None:
                    raise unavailable(Cause.CIRCUIT_OPEN)
                return await self._settle(permit, ask, deadline)
        except NoPlaceError:
            raise unavailable(Cause.QUEUE_FULL) from None

    async def _settle(
        self, permit: Permit, ask: Callable[[], Awaitable[Answer]], deadline: float
    ) -> Answer:
        try:
            answer = await _within(ask, deadline)
        except NoAnswerError as error:
            if error.is_register_fault:
                self.breaker.record_failure(permit)
            else:
                self.breaker.record_success(permit)
            raise
        except BaseException:
            # The caller went away, or a defect of ours: neither says anything about the register.
            self.breaker.record_abandoned(permit)
            raise
        self.breaker.record_success(permit)
        return answer


async def _within(ask: Callable[[], Awaitable[Answer]], deadline: float) -> Answer:
    try:
        async with asyncio.timeout_at(deadline):
            return await ask()
    except TimeoutError:
        raise late() from None
