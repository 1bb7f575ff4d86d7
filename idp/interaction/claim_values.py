"""Claims that were asked for with a value (OpenID Connect Core section 5.5.1).

A client that asks whether something is so learns that it is, and otherwise nothing: a claim whose
value is another one is left out, and the person's real one stays with us.
"""

from __future__ import annotations

from typing import Protocol

import orjson

from idp.accounts.attributes import PersonColumn
from idp.accounts.person import Person
from idp.protocol.authorization.request import AuthorizationRequest
from idp.storage.database import Transaction
from idp.tokens.claims import columns_of, compute


class PersonReader(Protocol):
    """Reads the attributes of an account."""

    async def read(
        self, transaction: Transaction, account_id: str, columns: frozenset[PersonColumn]
    ) -> Person: ...


class ClaimValues:
    """Compares what a person is with what a client wants to hear."""

    def __init__(self, persons: PersonReader) -> None:
        self._persons = persons

    async def unmet(
        self, transaction: Transaction, account_id: str, request: AuthorizationRequest
    ) -> frozenset[tuple[str, str]]:
        """Return the (place, name) of claims that have another value. Costs a statement only where
        a value was asked for."""
        if not request.wanted_values:
            return frozenset()
        names = tuple({name for _, name, _ in request.wanted_values})
        person = await self._persons.read(transaction, account_id, columns_of(names))
        real = {
            name: orjson.dumps(value).decode()
            for name, value in compute(names, person.attributes).items()
        }
        return frozenset(
            (place, name)
            for place, name, wanted in request.wanted_values
            if real.get(name) not in wanted
        )
