"""A connection goes back to the pool without anybody's open transaction, however its use ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select

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
