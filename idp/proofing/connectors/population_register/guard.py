"""Bulkhead, time limit and circuit breaker around one question, in that order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from idp.proofing.connectors.population_register.breaker import CircuitBreaker
from idp.proofing.connectors.population_register.bulkhead import Bulkhead, QueueFullError
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
        """Return what `ask` returns within `total_seconds`; raises `NoAnswerError` otherwise."""
        try:
            async with asyncio.timeout(total_seconds), self.bulkhead.place():
                return await self._through_breaker(ask)
        except QueueFullError:
            raise unavailable(Cause.QUEUE_FULL) from None
        except TimeoutError:
            raise late() from None

    async def _through_breaker(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        if not self.breaker.try_acquire():
            raise unavailable(Cause.CIRCUIT_OPEN)
        try:
            answer = await ask()
        except NoAnswerError as error:
            if error.is_register_fault:
                self.breaker.record_failure()
            else:
                self.breaker.record_success()
            raise
        except BaseException:
            self.breaker.record_abandoned()
            raise
        self.breaker.record_success()
        return answer
