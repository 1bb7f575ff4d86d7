"""A client's token for itself."""

from __future__ import annotations

import random

from bench.load.visitor import Visitor
from bench.scenarios.scenario import NotOfferedError, Scenario

_FORM = {"grant_type": "client_credentials"}


class ClientCredentials(Scenario):
    """POST /token with grant_type=client_credentials."""

    name = "client"
    says = "`/token` with `client_credentials`"
    needs_session = False

    async def prepare(self, visitor: Visitor) -> None:
        answer = await visitor.call("token", visitor.target.endpoints.token, _FORM)
        if answer.status != 200:
            raise NotOfferedError("the token endpoint refuses the grant")

    async def once(self, visitor: Visitor, chance: random.Random) -> bool:
        answer = await visitor.call("token", visitor.target.endpoints.token, _FORM)
        answer.expect(200)
        return True
