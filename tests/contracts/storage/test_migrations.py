"""The migrations make exactly the tables that the rooms describe, on both databases."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

import idp
from idp.storage import migrations
from idp.storage.metadata import metadata
from idp.storage.migration_files import newest_revision, script_folder
from tests.servers.postgres import (
    PostgresServer,
    create_database,
    drop_database,
    postgres,
    sqlalchemy_url,
)


@pytest.fixture(scope="module")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    with postgres(tmp_path_factory.mktemp("pg")) as server:
        yield server


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'tongxing.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = await create_database(server)
    yield sqlalchemy_url(url)
    await drop_database(server, url)


def import_all_tables() -> None:
    for module in pkgutil.walk_packages(idp.__path__, "idp."):
        if module.name.endswith(".models"):
            importlib.import_module(module.name)
    importlib.import_module("idp.storage.outbox")


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def table_names(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def test_upgrading_an_empty_database_gives_what_the_rooms_describe(empty_url: str) -> None:
    import_all_tables()
    assert await migrations.current(empty_url) is None
    await migrations.upgrade(empty_url)
    assert await migrations.current(empty_url) == migrations.head()
    engine = migrations.open_engine(empty_url)
    async with engine.begin() as connection:
        assert await connection.run_sync(differences) == []
        assert await connection.run_sync(table_names) == {"alembic_version", *metadata.tables}
    await engine.dispose()


async def test_going_back_leaves_nothing_and_forward_works_again(empty_url: str) -> None:
    await migrations.upgrade(empty_url)
    await migrations.downgrade(empty_url, "base")
    engine = migrations.open_engine(empty_url)
    async with engine.begin() as connection:
        assert await connection.run_sync(table_names) == {"alembic_version"}
    await engine.dispose()
    await migrations.upgrade(empty_url)
    assert await migrations.current(empty_url) == migrations.head()


async def test_several_upgrades_at_once_do_the_work_once(empty_url: str) -> None:
    await asyncio.gather(*(migrations.upgrade(empty_url) for _ in range(4)))
    assert await migrations.current(empty_url) == migrations.head()


async def test_a_database_without_tables_is_refused_with_the_remedy(empty_url: str) -> None:
    with pytest.raises(migrations.SchemaBehindError, match="idp db upgrade"):
        await migrations.check(empty_url)
    await migrations.upgrade(empty_url)
    await migrations.check(empty_url)


async def test_a_newer_schema_is_accepted(empty_url: str) -> None:
    await migrations.upgrade(empty_url)
    engine = migrations.open_engine(empty_url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()
    await migrations.check(empty_url)


@pytest.mark.parametrize("table", ["audit_events", "audit_checkpoints"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET hash = hash"])
async def test_the_audit_log_cannot_be_changed_by_mistake(
    empty_url: str, table: str, act: str
) -> None:
    await migrations.upgrade(empty_url)
    engine = migrations.open_engine(empty_url)
    with pytest.raises(DBAPIError, match="append-only"):
        async with engine.begin() as connection:
            await connection.execute(text(_INSERT[table]))
            await connection.execute(text(act.format(table)))
    await engine.dispose()


_INSERT = {
    "audit_events": "INSERT INTO audit_events (chain_id, seq, at, tag, detail, previous_hash, hash)"
    " VALUES ('c', 0, '2026-03-02 04:00:00', 't', '{}', 'p', 'h')",
    "audit_checkpoints": "INSERT INTO audit_checkpoints (number, at, heads, previous_hash, hash)"
    " VALUES (0, '2026-03-02 04:00:00', '{}', 'p', 'h')",
}


def test_the_newest_file_is_the_head() -> None:
    assert newest_revision() == migrations.head()


def test_migrations_import_nothing_of_the_program() -> None:
    for path in (script_folder() / "versions").glob("*.py"):
        assert not re.search(r"^\s*(from|import)\s+idp\b", path.read_text(), re.MULTILINE)
