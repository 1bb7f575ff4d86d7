"""Errors that mean `come back later` are told apart from faults of ours (PostgreSQL)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from idp.storage.database import Database, DatabaseUnavailableError, Transaction
from idp.storage.settings import StorageSettings
from tests.servers.postgres import (
    PostgresServer,
    crash_postgres,
    postgres,
    resume_postgres,
    sqlalchemy_url,
)

pytestmark = pytest.mark.asyncio
SECRET = "11010119900307771X"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    with postgres(tmp_path_factory.mktemp("pg")) as running:
        yield running


def open_database(server: PostgresServer, user: str = "postgres") -> Database:
    url = sqlalchemy_url(server.url).replace("postgres@", f"{user}@")
    return Database.from_settings(
        StorageSettings(database_url=url, pool_size=1, pool_timeout=2, statement_timeout=0.5)
    )


@pytest_asyncio.fixture
async def database(server: PostgresServer) -> AsyncIterator[Database]:
    database = open_database(server)
    async with database.write() as transaction:
        await run(transaction, "DROP TABLE IF EXISTS things")
        await run(transaction, "CREATE TABLE things (id varchar(32) PRIMARY KEY)")
    yield database
    await database.close()


async def run(transaction: Transaction, statement: str, **values: str) -> None:
    await transaction.execute(text(statement), [values] if values else None)


async def still_works(database: Database) -> None:
    async with database.write() as transaction:
        await run(transaction, "SELECT 1")


async def test_a_statement_that_takes_too_long(database: Database) -> None:
    with pytest.raises(DatabaseUnavailableError):
        async with database.write() as transaction:
            await run(transaction, "SELECT pg_sleep(10)")
    await still_works(database)


async def test_a_connection_that_an_administrator_ends(
    server: PostgresServer, database: Database
) -> None:
    administrator = open_database(server)
    with pytest.raises(DatabaseUnavailableError):
        async with database.write() as transaction:
            backend = await transaction.execute(text("SELECT pg_backend_pid()"))
            async with administrator.write() as other:
                await run(other, f"SELECT pg_terminate_backend({backend.scalar_one()})")
            await run(transaction, "INSERT INTO things VALUES ('x')")
    await administrator.close()
    await still_works(database)


async def test_a_server_that_takes_no_more_connections(
    server: PostgresServer, database: Database
) -> None:
    async with database.write() as transaction:
        await run(transaction, "CREATE ROLE crowded LOGIN CONNECTION LIMIT 0")
    crowded = open_database(server, "crowded")
    with pytest.raises(DatabaseUnavailableError):
        async with crowded.read():
            pass
    await crowded.close()


async def test_a_server_that_became_a_standby(database: Database) -> None:
    with pytest.raises(DatabaseUnavailableError):
        async with database.write() as transaction:
            await run(transaction, "SET TRANSACTION READ ONLY")
            await run(transaction, "INSERT INTO things VALUES ('x')")
    await still_works(database)


async def test_a_pool_whose_connections_are_all_taken(database: Database) -> None:
    async with database.write():
        with pytest.raises(DatabaseUnavailableError):
            async with database.write():
                pass
    await still_works(database)


async def test_a_migration_that_changes_what_a_prepared_statement_returns(
    server: PostgresServer, database: Database
) -> None:
    """One request has to come back; the next one finds its statements prepared anew."""
    async with database.write() as transaction:
        await run(transaction, "SELECT * FROM things")
    migrating = open_database(server)
    async with migrating.write() as other:
        await run(other, "ALTER TABLE things ALTER COLUMN id TYPE text")
    await migrating.close()
    with pytest.raises(DatabaseUnavailableError):
        async with database.write() as transaction:
            await run(transaction, "SELECT * FROM things")
    async with database.write() as transaction:
        await run(transaction, "SELECT * FROM things")


async def test_a_restart_while_connections_are_idle_is_not_noticed_at_all(
    server: PostgresServer, database: Database
) -> None:
    await still_works(database)
    # In a thread: the event loop has to go on, or it hears of nothing.
    await asyncio.to_thread(crash_postgres, server)
    await asyncio.to_thread(resume_postgres, server)
    await still_works(database)


async def test_a_fault_of_ours_stays_one_and_quotes_nobody(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        async with database.write() as transaction:
            for _ in range(2):
                await run(transaction, "INSERT INTO things VALUES (:id)", id=SECRET)
    assert caught.value.hide_parameters
    assert f"'id': '{SECRET}'" not in str(caught.value)
    await still_works(database)
