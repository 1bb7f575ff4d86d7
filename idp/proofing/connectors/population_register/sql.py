"""A population register behind a read-only view in another department's database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, timezone

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from idp.accounts.identifiers.errors import PersonNameError
from idp.clock import Clock
from idp.crypto.identifiers import new_id
from idp.proofing.connectors.population_register.comparison import Outcome, compare
from idp.proofing.connectors.population_register.connector import (
    Cause,
    PersonClaim,
    RegisterAnswer,
)
from idp.proofing.connectors.population_register.failures import (
    NoAnswerError,
    bad_request,
    late,
    unavailable,
)
from idp.proofing.connectors.population_register.guard import Guard
from idp.proofing.connectors.population_register.settings import SqlRegisterSettings
from idp.proofing.connectors.population_register.statement_limit import (
    is_limit_reached,
    limited_read,
)
from idp.proofing.connectors.population_register.view import (
    MAX_ROWS,
    Row,
    person_view,
    select_rows,
)

_CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


class SqlPopulationRegister:
    """Reads the view and compares here; keeps no claim and no row.

    `engine` is a pool of its own, with a user that may only read the view. The reference of an
    answer is ours: a view keeps no log.
    """

    def __init__(
        self,
        settings: SqlRegisterSettings,
        engine: AsyncEngine,
        clock: Clock,
        *,
        guard: Guard | None = None,
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._clock = clock
        self._guard = guard or Guard(settings.guard)
        self._view = person_view(settings.view)

    async def verify(self, claim: PersonClaim) -> RegisterAnswer:
        """Return the register's answer, within `total_seconds`."""
        try:
            if claim.identifier.kind not in self._settings.kinds:
                raise bad_request(Cause.NOT_SERVED)
            result, rectified = await self._guard.run(
                lambda: self._ask(claim), self._settings.total_seconds
            )
        except NoAnswerError as error:
            now = self._clock.now()
            return RegisterAnswer(error.result, self._settings.source, now, cause=error.cause)
        return RegisterAnswer(
            result=result,
            source=self._settings.source,
            answered_at=self._clock.now(),
            reference=new_id(),
            rectified=rectified,
        )

    async def _ask(self, claim: PersonClaim) -> Outcome:
        records = await self._read(claim)
        today = self._clock.now().astimezone(_CHINA).date()
        try:
            return compare(claim, [Row.model_validate(record) for record in records], today)
        except (ValidationError, PersonNameError):
            raise unavailable(Cause.MALFORMED) from None

    async def _read(self, claim: PersonClaim) -> Sequence[dict[str, object]]:
        identifier = claim.identifier
        statement = select_rows(self._view, identifier.kind, identifier.canonical)
        try:
            async with limited_read(self._engine, self._settings.statement_seconds) as connection:
                result = await connection.execute(statement)
                records = [dict(row) for row in result.mappings()]
        except DBAPIError as error:
            no_answer = late() if is_limit_reached(error) else unavailable(Cause.SERVER_ERROR)
            raise no_answer from None
        except (SQLAlchemyError, OSError):
            raise unavailable(Cause.NOT_REACHED) from None
        if len(records) >= MAX_ROWS:
            raise unavailable(Cause.MALFORMED)
        return records
