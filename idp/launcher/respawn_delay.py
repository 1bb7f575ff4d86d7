"""How long to wait before a process that keeps ending is started again."""

from __future__ import annotations

import time

_FIRST_SECONDS = 0.1
_LONGEST_SECONDS = 10.0
_LONG_LIFE_SECONDS = 30.0


class RespawnDelay:
    """None after a long life; after short ones doubling from 0.1 to 10 seconds."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._until = 0.0

    def note_end(self, lifetime: float) -> None:
        """Take note that a process ended after `lifetime` seconds."""
        if lifetime >= _LONG_LIFE_SECONDS:
            self._seconds = 0.0
        self._until = time.monotonic() + self._seconds
        self._seconds = min(max(self._seconds * 2, _FIRST_SECONDS), _LONGEST_SECONDS)

    def is_over(self) -> bool:
        """Tell whether the next process may start."""
        return time.monotonic() >= self._until
