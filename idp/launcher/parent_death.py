"""Makes a child process end when its parent does, however the parent ended."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def parent_death_hook() -> Callable[[], None]:
    """Return what a child must call first, between fork and exec.

    Made in the parent, because after a fork nothing should be loaded any more. On systems other
    than Linux it does nothing.
    """
    parent = os.getpid()
    if not sys.platform.startswith("linux"):
        return lambda: None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def end_with_parent() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            # It ended before the call above.
            os._exit(1)

    return end_with_parent
