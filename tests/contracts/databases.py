"""Both SQL databases, with the tables of the rooms that people's accounts live in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

import idp.accounts.models
import idp.audit.models
import idp.authn.models
import idp.client_registry.models
import idp.consents.models
import idp.enrolment.models
import idp.interaction.models
import idp.keys.models
import idp.logout.models
import idp.proofing.models
import idp.protocol.models
import idp.sessions.models
import idp.storage.outbox
import idp.tokens.models  # noqa: F401 - imported for its tables, as those above
from idp.storage.database import Database
from idp.storage.metadata import metadata
from idp.storage.settings import StorageSettings
from tests.servers.postgres import create_database, drop_database, postgres, sqlalchemy_url


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database with our tables, shared by the run."""
    with postgres(tmp_path_factory.mktemp("pg")) as server:
        url = asyncio.run(create_database(server))
        asyncio.run(_create_tables(sqlalchemy_url(url)))
        yield sqlalchemy_url(url)
        asyncio.run(drop_database(server, url))


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    """Where the SQLite database of a test is."""
    return tmp_path / "tongxing.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, sqlite_file: Path) -> str:
    """A database of each kind with empty tables."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{sqlite_file}"
        asyncio.run(_create_tables(url))
    else:
        url = request.getfixturevalue("postgres_url")
        asyncio.run(_empty_tables(url))
    return url


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """That database, opened."""
    database = open_database(database_url)
    yield database
    await database.close()


def open_database(url: str) -> Database:
    """Open a database as a new process would."""
    return Database.from_settings(
        StorageSettings(database_url=url, pool_size=20, pool_timeout=20, statement_timeout=20)
    )


async def _create_tables(url: str) -> None:
    database = open_database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await database.close()


async def _empty_tables(url: str) -> None:
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    database = open_database(url)
    async with database.write() as transaction:
        await transaction.execute(text(f"TRUNCATE {names}"))
    await database.close()
