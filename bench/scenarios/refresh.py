"""Refreshing, each time with the newest refresh token."""

from __future__ import annotations

import random

from bench.load.visitor import Visitor
from bench.scenarios.scenario import NotOfferedError, Scenario


class Refresh(Scenario):
    """POST /token with a refresh token."""

    name = "refresh"
    says = "`/token` with a refresh token, always the newest"

    async def prepare(self, visitor: Visitor) -> None:
        visitor.tokens = await visitor.redeem(await visitor.fetch_code())
        if "refresh_token" not in visitor.tokens:
            raise NotOfferedError("no refresh token was issued")

    async def once(self, visitor: Visitor, chance: random.Random) -> bool:
        visitor.tokens |= await visitor.refresh(visitor.tokens["refresh_token"])
        return True
