"""Which processors servers and load may use.

One worker: the contender with its stores has one processor to itself and the load has another, so
requests per second are what one processor does. More workers: everybody shares all processors, and
CPU per request is the figure to compare.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placement:
    """Processors of the servers and of the load; empty: wherever the system puts them."""

    servers: tuple[int, ...]
    load: tuple[int, ...]

    @property
    def processors(self) -> int:
        """How many processors the servers can use."""
        return len(self.servers) or len(os.sched_getaffinity(0))


def place(workers: int) -> Placement:
    """Return the placement for so many workers."""
    available = sorted(os.sched_getaffinity(0))
    if workers > 1 or len(available) < 2 or shutil.which("taskset") is None:
        return Placement((), ())
    return Placement((available[0],), tuple(available[1:]))


def on(processors: tuple[int, ...], command: list[str]) -> list[str]:
    """Return `command` bound to processors."""
    if not processors:
        return command
    return ["taskset", "-c", ",".join(str(one) for one in processors), *command]
