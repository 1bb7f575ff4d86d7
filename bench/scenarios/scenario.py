"""What a scenario is."""

from __future__ import annotations

import random
from typing import ClassVar

from bench.load.visitor import Visitor


class NotOfferedError(Exception):
    """The contender does not have what the scenario measures; the text says why."""


class Scenario:
    """One thing to measure. A round ends with one whole `once`."""

    name: ClassVar[str]
    """As on the command line and in the report."""

    says: ClassVar[str]
    """What one round is."""

    needs_session = True
    """Whether every visitor signs in beforehand."""

    has_stock = False
    """Whether `gather` runs beforehand for as long as the scenario will, and `once` uses it up."""

    async def prepare(self, visitor: Visitor) -> None:
        """Do, once for each visitor, what is not measured; raises NotOfferedError."""

    async def gather(self, visitor: Visitor) -> None:
        """Lay in one piece of `visitor.stock`."""

    async def once(self, visitor: Visitor, chance: random.Random) -> bool:
        """Do the measured thing; False when there is nothing left to do it with."""
        raise NotImplementedError
