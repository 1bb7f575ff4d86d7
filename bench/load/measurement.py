"""What one scenario against one contender came to; travels between processes as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.load.timings import Timings, percentile


@dataclass(frozen=True, slots=True)
class Distribution:
    """Response times of one request of the round, in milliseconds."""

    count: int
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class LoadOutcome:
    """What the load saw: rounds, wall time, response times of whole rounds and their parts."""

    done: int
    seconds: float
    parts: Mapping[str, Distribution] = field(default_factory=dict)
    not_offered: str = ""


ROUND = "round"
"""The part that is the whole round."""


def distributions(timings: Timings) -> dict[str, Distribution]:
    """Reduce recorded durations."""
    return {
        name: Distribution(
            len(durations),
            round(percentile(durations, 0.50) * 1000, 2),
            round(percentile(durations, 0.99) * 1000, 2),
        )
        for name, durations in timings.by_name.items()
    }
