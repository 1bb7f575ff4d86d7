"""A bulkhead: a slow register holds a bounded number of our requests, waiting or under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class NoPlaceError(Exception):
    """Nobody else may wait, or no place came free in time."""


class Bulkhead:
    """At most `max_concurrent` inside and `max_waiting` in front of the door."""

    def __init__(self, max_concurrent: int, max_waiting: int) -> None:
        self._places = asyncio.Semaphore(max_concurrent)
        self._max_waiting = max_waiting
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return self._waiting

    @asynccontextmanager
    async def place(self, deadline: float) -> AsyncIterator[None]:
        """Hold a place inside; raises `NoPlaceError` at once when full, or at `deadline`.

        `deadline` is in seconds of the running loop's clock.
        """
        await self._enter(deadline)
        try:
            yield
        finally:
            self._places.release()

    async def _enter(self, deadline: float) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        if self._waiting >= self._max_waiting:
            raise NoPlaceError
        self._waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                await self._places.acquire()
        except TimeoutError:
            raise NoPlaceError from None
        finally:
            self._waiting -= 1
