"""The sign-in hop: what a person who is signed in costs at the next portal."""

from __future__ import annotations

import random

from bench.load.visitor import Visitor
from bench.scenarios.scenario import Scenario


class Hop(Scenario):
    """GET /authorize with a live session, POST /token, GET /userinfo."""

    name = "hop"
    says = "`/authorize` with a live session, `/token` with the code, `/userinfo`"

    async def once(self, visitor: Visitor, chance: random.Random) -> bool:
        tokens = await visitor.redeem(await visitor.fetch_code())
        await visitor.userinfo(tokens["access_token"])
        return True
