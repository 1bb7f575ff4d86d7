"""Remembers nonces for as long as a request carrying one could be accepted."""

from __future__ import annotations

import heapq


class NonceMemory:
    """A bounded memory; when it is full of live nonces it refuses new ones rather than forget."""

    def __init__(self, capacity: int = 100_000) -> None:
        self._capacity = capacity
        self._seen: set[str] = set()
        self._expiries: list[tuple[int, str]] = []

    def remember(self, nonce: str, *, until: int, now: int) -> bool:
        """Store `nonce` until `until` (epoch seconds); False when it is known or memory is full."""
        while self._expiries and self._expiries[0][0] < now:
            self._seen.discard(heapq.heappop(self._expiries)[1])
        if nonce in self._seen or len(self._seen) >= self._capacity:
            return False
        self._seen.add(nonce)
        heapq.heappush(self._expiries, (until, nonce))
        return True
