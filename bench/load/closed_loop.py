"""The closed loop: each connection sends its next request when it has the last answer."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from bench.contenders.sign_ins import SIGN_INS
from bench.load.http_connection import Connection
from bench.load.measurement import ROUND, LoadOutcome, distributions
from bench.load.order import Order
from bench.load.timings import Timings
from bench.load.visitor import Visitor
from bench.scenarios.catalogue import SCENARIOS
from bench.scenarios.scenario import NotOfferedError, Scenario

_SEED = 20260101
"""Every run draws the same accounts."""

_LONGEST_SECONDS = 900.0

Turn = Callable[[Visitor], Awaitable[bool]]


class ClosedLoop:
    """Runs one order."""

    def __init__(self, order: Order, on_measuring: Callable[[], None]) -> None:
        self._order = order
        self._scenario: Scenario = SCENARIOS[order.scenario]
        self._on_measuring = on_measuring
        self._timings = Timings()
        self._chance = random.Random(_SEED)  # noqa: S311 - which account is no secret
        self._done = 0

    async def run(self) -> LoadOutcome:
        """Prepare, warm up, measure. Raises TimeoutError when a contender hangs."""
        async with asyncio.timeout(_LONGEST_SECONDS), AsyncExitStack() as stack:
            groups = await self._visitors(stack)
            try:
                await asyncio.gather(*(self._prepare(group) for group in groups))
            except NotOfferedError as error:
                return LoadOutcome(0, 0.0, not_offered=str(error))
            if self._scenario.has_stock:
                await self._for(groups, self._gather, self._order.seconds)
            else:
                await self._for(groups, self._turn, self._order.warm_up)
            self._done, self._timings.is_recording = 0, True
            self._on_measuring()
            start = time.perf_counter()
            end = await self._for(groups, self._turn, self._order.seconds)
        return LoadOutcome(self._done, end - start, distributions(self._timings))

    async def _visitors(self, stack: AsyncExitStack) -> list[list[Visitor]]:
        target, order = self._order.target, self._order
        groups = []
        for number in range(order.connections):
            connection = await stack.enter_async_context(Connection(target.host, target.port))
            groups.append(
                [
                    Visitor(
                        target, connection, self._timings, account,
                        f"198.18.{number % 256}.{turn + 1}",
                    )
                    for turn, account in enumerate(self._accounts(order.people_each))
                ]
            )  # fmt: skip
        return groups

    def _accounts(self, count: int) -> list[int]:
        return [self._chance.randrange(self._order.target.accounts) for _ in range(count)]

    async def _prepare(self, group: list[Visitor]) -> None:
        for visitor in group:
            if self._scenario.needs_session:
                code = await SIGN_INS[self._order.target.contender](visitor)
                await visitor.redeem(code)
            await self._scenario.prepare(visitor)

    async def _for(self, groups: list[list[Visitor]], turn: Turn, seconds: float) -> float:
        """Let every connection take turns for so long; returns when the last round ended."""
        deadline = time.perf_counter() + seconds
        ends: list[float] = []

        async def repeat(group: list[Visitor]) -> None:
            for visitor in itertools.cycle(group):
                if time.perf_counter() >= deadline or not await turn(visitor):
                    break
            ends.append(time.perf_counter())

        await asyncio.gather(*(repeat(group) for group in groups))
        return max(ends)

    async def _gather(self, visitor: Visitor) -> bool:
        await self._scenario.gather(visitor)
        return True

    async def _turn(self, visitor: Visitor) -> bool:
        start = time.perf_counter()
        if not await self._scenario.once(visitor, self._chance):
            return False
        self._timings.add(ROUND, time.perf_counter() - start)
        self._done += 1
        return True
