"""Waiting for what can be observed."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 15.0) -> float:
    """Return how many seconds it took until `condition` held.

    Raises:
        AssertionError: it did not hold in time.
    """
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"not in time: {what}"
        time.sleep(0.02)
    return time.monotonic() - started
