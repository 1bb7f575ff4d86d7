"""What has had its time goes in batches, found through indexes; what is alive stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from prometheus_client import REGISTRY
from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, event, func, insert, select
from sqlalchemy import text as sql

from idp.authn.models import code_sendings, failure_counters, known_devices, one_time_codes
from idp.client_registry.models import initial_access_tokens
from idp.clock import ManualClock
from idp.enrolment.models import recoveries
from idp.interaction.models import interactions
from idp.logout.models import logout_deliveries
from idp.proofing.models import proofing_attempts
from idp.protocol.models import pushed_requests, used_jwt_ids
from idp.services.foundation import Foundation, build_foundation
from idp.sessions.models import sessions
from idp.storage.database import Database
from idp.storage.metadata import Json, UtcDateTime
from idp.storage.outbox import outbox
from idp.storage.purging import BATCH_ROWS, delete_in_batches
from idp.tokens.models import revoked_access_tokens, token_families
from idp.worker.housekeeping import do_once, purge_chores
from tests.provider import provider_settings

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MANY, FEW = 2 * BATCH_ROWS + 500, 300


def days(number: float) -> datetime:
    return NOW - timedelta(days=number)


@dataclass(frozen=True)
class Case:
    """Rows of one kind that are over, and those that are just not."""

    table: Table
    index: str
    over: dict[str, Any]
    alive: dict[str, Any]
    prefix: str = ""


CASES = [
    Case(
        revoked_access_tokens,
        "ix_revoked_access_tokens_expires_at",
        {"expires_at": days(8)},
        {"expires_at": days(6)},
    ),
    Case(
        token_families,
        "ix_token_families_absolute_expires_at",
        {"absolute_expires_at": days(8)},
        {"absolute_expires_at": days(6)},
        "expired",
    ),
    Case(
        token_families,
        "ix_token_families_revoked_at",
        {"revoked_at": days(8)},
        {"revoked_at": days(6)},
        "revoked",
    ),
    Case(
        sessions,
        "ix_sessions_absolute_expires_at",
        {"absolute_expires_at": days(8)},
        {"absolute_expires_at": days(6)},
    ),
    Case(outbox, "ix_outbox_finished_at_due_at", {"finished_at": days(8)}, {"due_at": days(99)}),
    Case(
        logout_deliveries,
        "ix_logout_deliveries_created_at",
        {"created_at": days(181), "state": "not_supported"},
        {"created_at": days(179), "state": "delivered"},
        "settled",
    ),
    Case(
        logout_deliveries,
        "ix_logout_deliveries_created_at",
        {"created_at": days(181), "state": "delivered", "settled_at": days(181)},
        {"created_at": days(181), "state": "pending"},
        "pending",
    ),
    Case(
        failure_counters,
        "ix_failure_counters_last_at",
        {"last_at": days(31)},
        {"last_at": days(29)},
        "account:",
    ),
    Case(
        known_devices,
        "ix_known_devices_expires_at",
        {"expires_at": days(0.1)},
        {"expires_at": days(-0.1)},
    ),
    Case(
        one_time_codes,
        "ix_one_time_codes_expires_at",
        {"expires_at": days(2.1)},
        {"expires_at": days(1.9)},
    ),
    Case(code_sendings, "ix_code_sendings_last_at", {"last_at": days(2.1)}, {"last_at": days(1.9)}),
    Case(
        proofing_attempts,
        "ix_proofing_attempts_last_at",
        {"last_at": days(99)},
        {"last_at": days(0)},
    ),
    Case(
        interactions,
        "ix_interactions_expires_at",
        {"expires_at": days(0.1)},
        {"expires_at": days(-0.1)},
    ),
    Case(
        recoveries, "ix_recoveries_expires_at", {"expires_at": days(1.1)}, {"expires_at": days(0.9)}
    ),
    Case(
        used_jwt_ids,
        "ix_used_jwt_ids_expires_at",
        {"expires_at": days(3.1)},
        {"expires_at": days(2.9)},
    ),
    Case(
        pushed_requests,
        "ix_pushed_requests_created_at",
        {"created_at": days(0.01)},
        {"created_at": NOW},
    ),
    Case(
        initial_access_tokens,
        "ix_initial_access_tokens_expires_at",
        {"expires_at": days(8)},
        {"expires_at": days(6)},
    ),
]


def value_of(column: Column[Any], text: str) -> object:
    """Return something that the column takes; `text` is different in every row."""
    if column.nullable:
        return None
    if isinstance(column.type, UtcDateTime):
        return NOW
    if isinstance(column.type, LargeBinary):
        return text.encode()
    if isinstance(column.type, Integer | Boolean):
        return False if isinstance(column.type, Boolean) else 0
    length = getattr(column.type, "length", None) or len(text)
    return {} if isinstance(column.type, type(Json)) else text[:length]


async def fill(database: Database, case: Case, over: int, alive: int) -> None:
    rows = []
    for number in range(over + alive):
        state = "over" if number < over else "alive"
        text = f"{case.prefix}{state}{number}"
        row = {column.name: value_of(column, text) for column in case.table.columns}
        rows.append(row | (case.over if number < over else case.alive))
    async with database.write() as transaction:
        await transaction.execute(insert(case.table), rows)


async def keys_of(database: Database, table: Table) -> list[str]:
    """Return the first column of the primary key, as text."""
    async with database.read() as transaction:
        found = await transaction.execute(select(next(iter(table.primary_key))))
        return [key.decode() if isinstance(key, bytes) else key for key in found.scalars()]


@pytest_asyncio.fixture
async def base(database_url: str, tmp_path: Path) -> AsyncIterator[Foundation]:
    """The foundation of a worker, on each database."""
    nowhere = "redis://127.0.0.1:9/0"
    settings = provider_settings(tmp_path, 8000, nowhere, database_url)
    base = build_foundation(settings, ManualClock(NOW))
    yield base
    await base.close()


async def test_a_backlog_of_several_batches_goes_and_the_living_stay(base: Foundation) -> None:
    for case in CASES:
        await fill(base.database, case, MANY, FEW)
    for chore in purge_chores(base):
        await chore.do()
    for table in {case.table for case in CASES}:
        keys = await keys_of(base.database, table)
        cases = sum(1 for case in CASES if case.table is table)
        assert len(keys) == cases * FEW, table.name
        assert all("alive" in key for key in keys), table.name


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_every_purge_goes_through_its_index(base: Foundation) -> None:
    for case in CASES:
        await fill(base.database, case, FEW, FEW)
    asked: list[tuple[str, Any]] = []

    @event.listens_for(base.database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "DELETE" in statement:
            asked.append((statement, parameters))

    for chore in purge_chores(base):
        await chore.do()
    plans = [await plan_of(base.database, *question) for question in list(asked)]
    assert {case.index for case in CASES} == {index_of(plan) for plan in plans}
    for plan in plans:
        assert "Seq Scan" not in plan, plan
        assert "Sort" not in plan, plan


async def plan_of(database: Database, statement: str, parameters: tuple[Any, ...]) -> str:
    """Return how PostgreSQL would do it on a table that is too large to be read as a whole."""
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql("BEGIN")
        for kind in ("seqscan", "bitmapscan"):
            await connection.execute(sql(f"SET LOCAL enable_{kind} = off"))
        result = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        plan = "\n".join(result.scalars())
        await connection.exec_driver_sql("ROLLBACK")
        return plan


def index_of(plan: str) -> str:
    """Return the index that gives the batch; the others are of primary keys."""
    [index] = {word for word in plan.split() if word.startswith("ix_")}
    return index


async def test_a_run_ends_after_its_batches_and_the_next_goes_on(database: Database) -> None:
    [case] = [case for case in CASES if case.prefix == "account:"]  # its key has two columns
    await fill(database, case, 500, FEW)
    last_at = failure_counters.c.last_at
    deleted = [
        await delete_in_batches(database, last_at, days(30), rows=100, batches=3) for _ in range(3)
    ]
    assert deleted == [300, 200, 0]
    assert len(await keys_of(database, failure_counters)) == FEW


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_row_that_is_being_renewed_is_left_alone(database: Database) -> None:
    [case] = [case for case in CASES if case.table is known_devices]
    await fill(database, case, 3, 0)
    expires_at = known_devices.c.expires_at
    async with database.write() as renewing:
        newest = select(func.max(known_devices.c.token_hash)).scalar_subquery()
        same = known_devices.c.token_hash == newest
        await renewing.execute(known_devices.update().where(same).values(expires_at=days(-1)))
        assert await delete_in_batches(database, expires_at, NOW) == 2
    assert await delete_in_batches(database, expires_at, NOW) == 0
    assert await keys_of(database, known_devices) == ["over2"]


async def test_a_purge_that_fails_is_counted(base: Foundation) -> None:
    async with base.database.write() as transaction:
        await transaction.execute(sql("ALTER TABLE recoveries RENAME TO away"))
    [chore] = [chore for chore in purge_chores(base) if chore.name == "purge_recoveries"]
    labels = {"chore": chore.name}
    before = REGISTRY.get_sample_value("idp_chore_failures_total", labels) or 0
    await do_once(chore)
    assert REGISTRY.get_sample_value("idp_chore_failures_total", labels) == before + 1
    async with base.database.write() as transaction:
        await transaction.execute(sql("ALTER TABLE away RENAME TO recoveries"))
