"""Every implementation of a population register, behind one fixture."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from idp.clock import ManualClock
from idp.proofing.connectors.population_register.connector import PopulationRegister
from idp.proofing.connectors.population_register.http import HttpPopulationRegister
from idp.proofing.connectors.population_register.settings import (
    HttpRegisterSettings,
    SqlRegisterSettings,
)
from idp.proofing.connectors.population_register.sql import SqlPopulationRegister
from tests.contracts.databases import postgres_url
from tests.contracts.proofing.claims import NOW
from tests.contracts.proofing.population_database import create_database
from tests.contracts.proofing.register_server import SECRET, running_register

__all__ = ["postgres_url"]


@pytest.fixture(scope="package")
def register_url() -> Iterator[str]:
    with running_register(ManualClock(NOW)) as url:
        yield url


@pytest.fixture
def http_settings(register_url: str) -> HttpRegisterSettings:
    return HttpRegisterSettings(base_url=register_url, key_id="tongxing", secret=SECRET)


@pytest_asyncio.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(trust_env=False) as client:
        yield client


@asynccontextmanager
async def sqlite_engine(folder: Path) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(f"sqlite+aiosqlite:///{folder / 'population.db'}")
    try:
        await create_database(engine)
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def postgresql_engine(url: str) -> AsyncIterator[AsyncEngine]:
    schema = f"population_{uuid4().hex}"
    engine = create_async_engine(
        url,
        connect_args={"server_settings": {"search_path": schema}},
    )
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"CREATE SCHEMA {schema}"))
        await create_database(engine)
        yield engine
    finally:
        async with engine.begin() as connection:
            await connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        await engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def opened_engine(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AbstractAsyncContextManager[AsyncEngine]:
    """A population database of each kind, not yet opened."""
    if request.param == "sqlite":
        return sqlite_engine(tmp_path)
    return postgresql_engine(request.getfixturevalue("postgres_url"))


@pytest_asyncio.fixture
async def engine(
    opened_engine: AbstractAsyncContextManager[AsyncEngine],
) -> AsyncIterator[AsyncEngine]:
    async with opened_engine as engine:
        yield engine


@pytest.fixture(params=["http", "sqlite", "postgresql"])
def register_database(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AbstractAsyncContextManager[AsyncEngine] | None:
    """What stands behind the register: a database, or for None the HTTP service."""
    if request.param == "http":
        return None
    if request.param == "sqlite":
        return sqlite_engine(tmp_path)
    return postgresql_engine(request.getfixturevalue("postgres_url"))


@pytest_asyncio.fixture
async def register(
    register_database: AbstractAsyncContextManager[AsyncEngine] | None,
    http_settings: HttpRegisterSettings,
    client: httpx2.AsyncClient,
) -> AsyncIterator[PopulationRegister]:
    clock = ManualClock(NOW)
    if register_database is None:
        yield HttpPopulationRegister(http_settings, client, clock)
        return
    async with register_database as engine:
        yield SqlPopulationRegister(SqlRegisterSettings(), engine, clock)
