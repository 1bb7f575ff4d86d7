"""What can go wrong with a view in another department's database."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from idp.clock import ManualClock
from idp.proofing.connectors.population_register.connector import (
    Cause,
    RegisterAnswer,
    RegisterResult,
)
from idp.proofing.connectors.population_register.settings import SqlRegisterSettings
from idp.proofing.connectors.population_register.sql import SqlPopulationRegister
from idp.proofing.connectors.population_register.statement_limit import limited_read
from tests.contracts.proofing.claims import NOW, ZHANG_WEI, claim
from tests.contracts.proofing.population_database import TABLE, VIEW, replace_view

SLOW = {
    "sqlite": "SELECT h.* FROM household_rows h WHERE (WITH RECURSIVE n(i) AS"
    " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n) > 0",
    "postgresql": "SELECT h.* FROM household_rows h, (SELECT pg_sleep(60)) s",
}


async def _verify(engine: AsyncEngine, **settings: object) -> RegisterAnswer:
    register = SqlPopulationRegister(
        SqlRegisterSettings.model_validate(settings), engine, ManualClock(NOW)
    )
    return await register.verify(claim(*ZHANG_WEI))


async def _show(engine: AsyncEngine, query: str) -> None:
    async with engine.begin() as connection:
        await replace_view(connection, query)


async def test_the_database_itself_ends_a_slow_statement(engine: AsyncEngine) -> None:
    await _show(engine, SLOW[engine.dialect.name])
    async with asyncio.timeout(10):
        answer = await _verify(engine, statement_seconds=0.2)
    assert (answer.result, answer.cause) == (RegisterResult.TIMEOUT, Cause.LATE)
    await _show(engine, f"SELECT * FROM {TABLE.name}")
    assert (await _verify(engine)).result is RegisterResult.MATCH, "the connection still works"


async def test_nothing_can_be_written_on_the_connection(engine: AsyncEngine) -> None:
    with pytest.raises(DBAPIError):
        async with limited_read(engine, 1) as connection:
            await connection.execute(text(f"DELETE FROM {TABLE.name}"))
    assert (await _verify(engine)).result is RegisterResult.MATCH


async def test_a_missing_view_is_an_outage(engine: AsyncEngine) -> None:
    answer = await _verify(engine, view="no_such_view")
    assert (answer.result, answer.cause) == (RegisterResult.UNAVAILABLE, Cause.SERVER_ERROR)
    assert answer.is_outage


async def test_a_row_of_another_shape_is_an_outage(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(TABLE.update().values(writing="nickname"))
    answer = await _verify(engine)
    assert (answer.result, answer.cause) == (RegisterResult.UNAVAILABLE, Cause.MALFORMED)


async def test_a_database_that_is_away_is_an_outage(tmp_path: Path) -> None:
    missing = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'no' / 'such.db'}")
    refused = create_async_engine("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    for engine in (missing, refused):
        answer = await _verify(engine)
        assert answer.result is RegisterResult.UNAVAILABLE
        await engine.dispose()


async def test_a_person_without_a_card_matches_on_name_alone(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(TABLE.update().values(valid_from=None, valid_until=None))
    assert (await _verify(engine)).result is RegisterResult.MATCH
    register = SqlPopulationRegister(SqlRegisterSettings(), engine, ManualClock(NOW))
    dated = await register.verify(claim(*ZHANG_WEI, date(2016, 5, 1)))
    assert dated.result is RegisterResult.MISMATCH


@pytest.mark.parametrize("view", [f"{VIEW}; DROP TABLE x", "a.b.c", "", "1view", 'v"'])
def test_a_view_name_that_is_not_a_name_is_refused(view: str) -> None:
    with pytest.raises(ValidationError):
        SqlRegisterSettings(view=view)
