"""A bulkhead: a slow register holds a bounded number of our requests, waiting or under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class QueueFullError(Exception):
    """Every place is taken and so is every place to wait."""


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
    async def place(self) -> AsyncIterator[None]:
        """Hold a place inside; raises `QueueFullError` at once when nobody else may wait."""
        await self._enter()
        try:
            yield
        finally:
            self._places.release()

    async def _enter(self) -> None:
        if self._places.locked() and self._waiting >= self._max_waiting:
            raise QueueFullError
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
