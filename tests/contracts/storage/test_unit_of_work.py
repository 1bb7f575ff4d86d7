"""A connection goes back to the pool without anybody's open transaction, however its use ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Executable, Select, bindparam, delete, insert, select, text
from sqlalchemy import exists as exists_in
from sqlalchemy.dialects import postgresql

from idp.storage.database import Database, DatabaseUnavailableError
from idp.storage.drivers import PostgresDriver, SqliteDriver
from idp.storage.outbox import outbox
from idp.storage.prepared import Prepared
from idp.storage.settings import StorageSettings
from tests.contracts.storage.test_prepared import NOW

ADD = Prepared(insert(outbox))
FIND = Prepared(select(outbox.c.id).where(outbox.c.id == bindparam("job")))


def job(name: str) -> dict[str, Any]:
    empty = dict.fromkeys(("finished_at", "outcome"))
    times = dict.fromkeys(("created_at", "due_at"), NOW)
    return {"id": name, "kind": "k", "payload": {}, "attempts": 0, **empty, **times}


def one_connection(url: str) -> Database:
    settings = StorageSettings(database_url=url, pool_size=1, pool_timeout=5, statement_timeout=5)
    return Database.from_settings(settings)


async def exists(database: Database, name: str) -> bool:
    async with database.read() as transaction:
        return await transaction.fetch_one(FIND, {"job": name}) is not None


async def test_a_transaction_that_is_cancelled_leaves_nothing(database_url: str) -> None:
    database = one_connection(database_url)
    started = asyncio.Event()

    async def work() -> None:
        async with database.write() as transaction:
            await transaction.fetch(ADD, job("left"))
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not await exists(database, "left")
    await database.close()


@pytest.mark.parametrize("call", ["begin", "fetch", "commit"])
async def test_whatever_is_under_way_at_a_cancellation_the_next_transaction_is_its_own(
    database_url: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = one_connection(database_url)
    with monkeypatch.context() as patched:
        for driver in (PostgresDriver, SqliteDriver):
            patched.setattr(driver, call, _cancelled_during(getattr(driver, call)))
        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(_add(database, "cancelled"))
    # Had the cancelled one left its transaction open, this error would undo it, and only now.
    before = await exists(database, "cancelled")
    with pytest.raises(LookupError):
        async with database.write() as transaction:
            await transaction.fetch(ADD, job("undone"))
            raise LookupError
    await _add(database, "next")
    assert await exists(database, "next")
    assert not await exists(database, "undone")
    assert await exists(database, "cancelled") == before
    assert call == "commit" or not before
    await database.close()


async def _add(database: Database, name: str) -> None:
    async with database.write() as transaction:
        await transaction.fetch(ADD, job(name))


def _cancelled_during(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def cancelled(*arguments: Any) -> Any:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().call_soon(task.cancel)
        return await method(*arguments)

    return cancelled


async def test_after_a_commit_that_was_not_confirmed_the_caller_hears_of_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = one_connection(database_url)
    with pytest.raises(DatabaseUnavailableError):
        async with database.write() as transaction:
            await transaction.fetch(ADD, job("lost"))
            monkeypatch.setattr(transaction._driver, "commit", _time_out)
    assert not await exists(database, "lost")
    await database.close()


async def _time_out() -> None:
    raise TimeoutError


async def test_what_begins_late_still_happens_as_a_whole(database_url: str) -> None:
    database = one_connection(database_url)
    with pytest.raises(LookupError):
        async with database.read_then_write() as transaction:
            assert await transaction.fetch_one(FIND, {"job": "first"}) is None
            await transaction.fetch(ADD, job("first"))
            await transaction.execute(insert(outbox).values(**job("second")))
            await transaction.write_last(ADD, job("third"))
            raise LookupError
    for name in ("first", "second", "third"):
        assert not await exists(database, name)
    await database.close()


@pytest.mark.parametrize("begins", ["write", "read_then_write"])
async def test_after_the_last_statement_there_is_no_other(database_url: str, begins: str) -> None:
    database = one_connection(database_url)
    with pytest.raises(RuntimeError):
        async with getattr(database, begins)() as transaction:
            await transaction.write_last(ADD, job("last"))
            await transaction.fetch(ADD, job("another"))
    assert not await exists(database, "another")
    # It was a transaction of its own where nothing had begun one.
    assert await exists(database, "last") == (begins == "read_then_write")
    await database.close()


async def test_a_lone_statement_that_is_cancelled_leaves_a_connection_to_work_with(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = one_connection(database_url)
    with monkeypatch.context() as patched:
        for driver in (PostgresDriver, SqliteDriver):
            patched.setattr(driver, "fetch", _cancelled_during(driver.fetch))
        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(_add_alone(database, "cancelled"))
    await _add_alone(database, "next")
    assert await exists(database, "next")
    await database.close()


async def _add_alone(database: Database, name: str) -> None:
    async with database.read_then_write() as transaction:
        await transaction.write_last(ADD, job(name))


async def test_who_only_reads_cannot_write_last(database_url: str) -> None:
    database = one_connection(database_url)
    async with database.read() as transaction:
        with pytest.raises(RuntimeError):
            await transaction.write_last(ADD, job("stray"))
    assert not await exists(database, "stray")
    await database.close()


def _plain() -> Select[Any]:
    return select(outbox.c.id).where(outbox.c.id == bindparam("job"))


@pytest.mark.parametrize(
    ("statement", "only_reads"),
    [
        (_plain(), True),
        (_plain().order_by(outbox.c.due_at).limit(1), True),
        (_plain().with_for_update(), False),
        (select(_plain().with_for_update().cte("held")), False),
        (select(outbox).where(exists_in(_plain().with_for_update(read=True))), False),
        (select(insert(outbox).returning(outbox.c.id).cte("added")), False),
        (_plain().add_cte(delete(outbox).cte("gone")), False),
        (insert(outbox), False),
        (delete(outbox), False),
        (text("SELECT 1"), False),
    ],
)
def test_only_what_neither_changes_nor_locks_runs_before_a_transaction(
    statement: Executable, only_reads: bool
) -> None:
    assert Prepared(statement).plan_for(postgresql.asyncpg.dialect()).only_reads is only_reads
