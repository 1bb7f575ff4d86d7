"""Asking about an access token that is alive."""

from __future__ import annotations

import random
import re

from bench.load.http_connection import UnexpectedAnswerError
from bench.load.visitor import Visitor
from bench.scenarios.scenario import Scenario

_ACTIVE = re.compile(rb'"active": ?true')


class Introspection(Scenario):
    """POST to the introspection endpoint by the client that owns the token."""

    name = "introspection"
    says = "introspection of a living access token by its client"

    async def prepare(self, visitor: Visitor) -> None:
        visitor.tokens = await visitor.redeem(await visitor.fetch_code())

    async def once(self, visitor: Visitor, chance: random.Random) -> bool:
        form = {"token": visitor.tokens["access_token"]}
        answer = await visitor.call("introspection", visitor.target.endpoints.introspection, form)
        if not _ACTIVE.search(answer.expect(200).body):
            raise UnexpectedAnswerError("the token is not active")
        return True
