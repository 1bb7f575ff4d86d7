"""Redeeming codes alone. They are fetched beforehand and live for a minute everywhere."""

from __future__ import annotations

import random

from bench.load.visitor import Visitor
from bench.scenarios.scenario import Scenario


class CodeExchange(Scenario):
    """POST /token with a code."""

    name = "code"
    says = "`/token` with a code (PKCE, client secret); codes were fetched before"
    has_stock = True

    async def gather(self, visitor: Visitor) -> None:
        visitor.stock.append(await visitor.fetch_code())

    async def once(self, visitor: Visitor, chance: random.Random) -> bool:
        if not visitor.stock:
            return False
        await visitor.redeem(visitor.stock.pop())
        return True
