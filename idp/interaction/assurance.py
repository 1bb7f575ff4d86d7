"""How sure we are of a person (`acr`), against how sure a client wants to be.

OpenID Connect Core sections 3.1.2.1 and 5.5.1.1, RFC 9470 section 5.
"""

from __future__ import annotations

from typing import Protocol

from idp.accounts.person import IdentityLevel
from idp.clock import Clock
from idp.proofing.levels import reported_level
from idp.protocol.authorization.request import AuthorizationRequest
from idp.sessions.session import Session
from idp.storage.database import Transaction


class LevelReader(Protocol):
    """Says how well an account's identity is proven."""

    async def read_level(
        self, transaction: Transaction, account_id: str
    ) -> IdentityLevel | None: ...


class Assurance:
    """Compares what is asked for with what was reached. `acr_values`: lowest level first."""

    def __init__(self, acr_values: tuple[str, ...], levels: LevelReader, clock: Clock) -> None:
        self._acr_values = acr_values
        self._levels = levels
        self._clock = clock

    def to_report(self, request: AuthorizationRequest, reached: str) -> str | None:
        """Return the `acr` to state: the first wish that the reached level satisfies, else the
        reached level. None when what is necessary was not reached.

        Necessary is an essential claim, and what is asked for on behalf of a protected resource,
        which has refused a lower level before (RFC 9470 section 5).
        """
        satisfied = self._satisfied_by(reached)
        if request.essential_acr:
            return next((value for value in request.essential_acr if value in satisfied), None)
        wish = next((value for value in request.acr_values if value in satisfied), None)
        if wish is None and request.acr_values and request.resources:
            return None
        return wish or satisfied[-1]

    async def can_rise(
        self, transaction: Transaction, request: AuthorizationRequest, session: Session
    ) -> bool:
        """Whether signing in again would satisfy what the session does not: the person has proven
        more of themselves since. Costs a statement only where something is left to wish for."""
        wishes = request.essential_acr or request.acr_values
        if not wishes or set(wishes) & set(self._satisfied_by(session.acr)):
            return False
        level = await self._levels.read_level(transaction, session.account_id)
        if level is None:
            return False
        best = self._acr_values[reported_level(level.at(self._clock.now()), session.amr) - 1]
        return bool(set(wishes) & set(self._satisfied_by(best)))

    def _satisfied_by(self, reached: str) -> tuple[str, ...]:
        # A session from before the names were changed counts as the lowest level.
        level = self._acr_values.index(reached) if reached in self._acr_values else 0
        return self._acr_values[: level + 1]
