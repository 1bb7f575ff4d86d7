"""A client's page of the ledger comes out of its index, in order, however long the ledger is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event, insert

from idp.crypto.identifiers import new_id
from idp.logout.delivery import Delivery, DeliveryState
from idp.logout.models import logout_deliveries
from idp.logout.repository import note_browser_asked, read_page_of_client
from idp.storage.database import Database

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
INDEX = "ix_logout_deliveries_client_id"


def row(client_id: str, seconds_ago: float) -> dict[str, Any]:
    return {
        "id": new_id(),
        "logout_id": new_id(),
        "account_id": new_id(),
        "session_id": new_id(),
        "client_id": client_id,
        "state": DeliveryState.PENDING.value,
        "attempts": 0,
        "created_at": NOW - timedelta(seconds=seconds_ago),
    }


async def fill(database: Database, rows: Sequence[dict[str, Any]]) -> None:
    async with database.write() as transaction:
        await transaction.execute(insert(logout_deliveries), rows)


async def page(
    database: Database, before: Delivery | None = None, limit: int = 10
) -> list[Delivery]:
    place = (before.created_at, before.id) if before else None
    since = NOW - timedelta(days=1)
    async with database.read() as transaction:
        return await read_page_of_client(transaction, "a", since, place, limit)


async def test_rows_of_one_moment_are_told_apart(database: Database) -> None:
    """A bulk logout writes many rows with the same time."""
    await fill(database, [row("a", 5) for _ in range(25)] + [row("b", 5) for _ in range(25)])
    first = await page(database)
    second = await page(database, first[-1])
    third = await page(database, second[-1])
    seen = [item.id for item in (*first, *second, *third)]
    assert [len(first), len(second), len(third)] == [10, 10, 5]
    assert len(set(seen)) == 25
    assert seen == sorted(seen, reverse=True)
    assert await page(database, third[-1]) == []


async def test_the_newest_come_first_and_the_old_are_left_out(database: Database) -> None:
    await fill(database, [row("a", seconds) for seconds in (86_399, 86_401, 0.000_001, 0)])
    found = await page(database)
    ages = [NOW - item.created_at for item in found]
    assert ages == sorted(ages)
    assert [age < timedelta(days=1) for age in ages] == [True, True, True]


async def test_what_the_browser_was_asked_is_noted_beside_the_state(database: Database) -> None:
    rows = [row("a", 1), row("a", 2)]
    await fill(database, rows)
    async with database.write() as transaction:
        await note_browser_asked(transaction, [rows[0]["id"]], NOW)
    asked = {item.id: item.browser_asked_at for item in await page(database)}
    assert asked == {rows[0]["id"]: NOW, rows[1]["id"]: None}


async def test_a_page_is_read_through_its_index_without_sorting(database: Database) -> None:
    await fill(database, [row(f"client-{n % 50}", n) for n in range(1000)])
    await fill(database, [row("a", n) for n in range(50)])
    first = await page(database)
    asked: list[tuple[str, Any]] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    await page(database)
    await page(database, first[-1])
    assert len(asked) == 2
    for statement, parameters in list(asked):
        plan = await plan_of(database, statement, parameters)
        assert INDEX in plan, plan
        assert "SORT" not in plan.upper().replace("TEMP B-TREE FOR ORDER", "SORT"), plan
        assert "SCAN logout" not in plan and "Seq Scan" not in plan, plan


async def plan_of(database: Database, statement: str, parameters: Any) -> str:
    """Return how the database would do it; PostgreSQL as if the table were large."""
    sqlite = database.engine.dialect.name == "sqlite"
    async with database.engine.connect() as connection:
        if not sqlite:
            for kind in ("seqscan", "bitmapscan"):
                await connection.exec_driver_sql(f"SET LOCAL enable_{kind} = off")
        explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"
        result = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
        return "\n".join(str(line[-1]) for line in result)
