"""A database that does not answer is counted, once for each call that fails."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from idp.storage import migrations
from idp.storage.database import Database, DatabaseUnavailableError
from idp.storage.settings import StorageSettings
from tests.servers.ports import free_port


def counted() -> float:
    labels = {"dependency": "database"}
    return REGISTRY.get_sample_value("idp_dependency_failures_total", labels) or 0


def absent_database() -> str:
    return f"postgresql+asyncpg://nobody@127.0.0.1:{free_port()}/none"


async def test_a_database_that_refuses_is_counted() -> None:
    database = Database.from_settings(StorageSettings(database_url=absent_database()))
    before = counted()
    with pytest.raises(DatabaseUnavailableError):
        await database.ping()
    assert counted() == before + 1
    await database.close()


async def test_a_migration_without_a_database_is_counted() -> None:
    before = counted()
    with pytest.raises(DatabaseUnavailableError):
        await migrations.current(absent_database())
    assert counted() == before + 1


async def test_a_writer_that_waits_too_long_is_counted(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'tongxing.db'}"
    database = Database.from_settings(StorageSettings(database_url=url, pool_timeout=0.05))
    before = counted()
    async with database.write():
        with pytest.raises(DatabaseUnavailableError):
            async with asyncio.timeout(10), database.write():
                pass
    assert counted() == before + 1
    await database.close()
