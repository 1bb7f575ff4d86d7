"""What a load process is told to do."""

from __future__ import annotations

from dataclasses import dataclass

from bench.load.target import Target

MEASURING = "measuring"
"""The line on stdout with which a load process says that warming up is over."""


@dataclass(frozen=True, slots=True)
class Order:
    """Run one scenario with `connections` at the same time.

    Every connection takes turns between `people_each` browsers, so that rows and cookies differ
    from request to request.
    """

    target: Target
    scenario: str
    connections: int
    people_each: int
    seconds: float
    warm_up: float
