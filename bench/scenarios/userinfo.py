"""Reading claims."""

from __future__ import annotations

import random

from bench.load.visitor import Visitor
from bench.scenarios.scenario import Scenario


class Userinfo(Scenario):
    """GET /userinfo with a bearer token."""

    name = "userinfo"
    says = "`/userinfo` with a bearer token"

    async def prepare(self, visitor: Visitor) -> None:
        visitor.tokens = await visitor.redeem(await visitor.fetch_code())

    async def once(self, visitor: Visitor, chance: random.Random) -> bool:
        await visitor.userinfo(visitor.tokens["access_token"])
        return True
