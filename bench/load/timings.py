"""How long things took."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Timings:
    """Durations in seconds, by the name of what was done. Records only while `is_recording`."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[float]] = {}
        self.is_recording = False

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Note how long the block takes; a block that fails is not noted."""
        start = time.perf_counter()
        yield
        self.add(name, time.perf_counter() - start)

    def add(self, name: str, seconds: float) -> None:
        """Note one duration."""
        if self.is_recording:
            self.by_name.setdefault(name, []).append(seconds)


def percentile(durations: Sequence[float], share: float) -> float:
    """Return the duration that `share` (0 to 1) of the sorted durations do not exceed."""
    ordered = sorted(durations)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
