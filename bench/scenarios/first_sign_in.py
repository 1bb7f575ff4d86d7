"""Signing in with a password, in a browser that was never here."""

from __future__ import annotations

import random

from bench.contenders.sign_ins import SIGN_INS
from bench.load.visitor import Visitor
from bench.scenarios.scenario import NotOfferedError, Scenario


class FirstSignIn(Scenario):
    """From /authorize through the login page and the password to the code; a random account."""

    name = "first"
    says = "a new browser: `/authorize`, login page, password, back with a code; a random account"
    needs_session = False

    async def prepare(self, visitor: Visitor) -> None:
        if not visitor.target.has_passwords:
            raise NotOfferedError("keeps no passwords; that is the embedding program's work")

    async def once(self, visitor: Visitor, chance: random.Random) -> bool:
        visitor.forget()
        visitor.account = chance.randrange(visitor.target.accounts)
        await SIGN_INS[visitor.target.contender](visitor)
        return True
