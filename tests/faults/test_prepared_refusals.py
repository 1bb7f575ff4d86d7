"""A prepared statement that PostgreSQL does not run ends as one of Core does: come back later."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    text,
)

from idp.storage.database import Database, DatabaseUnavailableError
from idp.storage.prepared import Prepared
from tests.faults.test_database_refusals import open_database
from tests.servers.postgres import PostgresServer, postgres

pytestmark = pytest.mark.asyncio
THINGS = Table("things", MetaData(), Column("id", String(32)), Column("size", Integer))
ADD = Prepared(insert(THINGS))
READ = Prepared(select(THINGS.c.size).where(THINGS.c.id == bindparam("thing")))
SLEEP = Prepared(select(func.pg_sleep(10)))
BACKEND = Prepared(select(func.pg_backend_pid().label("number")))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    with postgres(tmp_path_factory.mktemp("pg")) as running:
        yield running


@pytest_asyncio.fixture
async def database(server: PostgresServer) -> AsyncIterator[Database]:
    database = open_database(server)
    async with database.write() as transaction:
        await transaction.execute(text("DROP TABLE IF EXISTS things"))
        await transaction.execute(text("CREATE TABLE things (id varchar(32), size integer)"))
    yield database
    await database.close()


async def size_of(database: Database, thing: str) -> int | None:
    async with database.read() as transaction:
        row = await transaction.fetch_one(READ, {"thing": thing})
    return row.size if row else None


async def test_a_statement_that_takes_too_long(database: Database) -> None:
    with pytest.raises(DatabaseUnavailableError):
        async with database.write() as transaction:
            await transaction.fetch(ADD, {"id": "a", "size": 1})
            await transaction.fetch(SLEEP, {})
    assert await size_of(database, "a") is None


@pytest.mark.parametrize("last", [ADD, None], ids=["at the next statement", "at the commit"])
async def test_a_connection_that_an_administrator_ends(
    server: PostgresServer, database: Database, last: Prepared | None
) -> None:
    administrator = open_database(server)
    with pytest.raises(DatabaseUnavailableError):
        async with database.write() as transaction:
            backend = await transaction.fetch_one(BACKEND, {})
            assert backend is not None
            await transaction.fetch(ADD, {"id": "a", "size": 1})
            async with administrator.write() as other:
                await other.execute(text(f"SELECT pg_terminate_backend({backend.number})"))
            if last is not None:
                await transaction.fetch(last, {"id": "b", "size": 2})
    await administrator.close()
    assert await size_of(database, "a") is None


async def test_a_server_that_became_a_standby(database: Database) -> None:
    with pytest.raises(DatabaseUnavailableError):
        async with database.write() as transaction:
            await transaction.execute(text("SET TRANSACTION READ ONLY"))
            await transaction.fetch(ADD, {"id": "a", "size": 1})
    assert await size_of(database, "a") is None


async def test_a_migration_that_changes_what_a_prepared_statement_returns(
    server: PostgresServer, database: Database
) -> None:
    """One request has to come back at most; the next one finds its statements prepared anew."""
    async with database.write() as transaction:
        await transaction.fetch(ADD, {"id": "a", "size": 1})
        await transaction.fetch(READ, {"thing": "a"})
    migrating = open_database(server)
    async with migrating.write() as other:
        await other.execute(text("ALTER TABLE things ALTER COLUMN size TYPE bigint"))
    await migrating.close()
    with pytest.raises(DatabaseUnavailableError):
        async with database.write() as transaction:
            await transaction.fetch(READ, {"thing": "a"})
    assert await size_of(database, "a") == 1
