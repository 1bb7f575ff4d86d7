"""Every implementation of a population register, behind one fixture."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
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
from tests.contracts.proofing.claims import NOW
from tests.contracts.proofing.population_database import create_database
from tests.contracts.proofing.register_server import SECRET, running_register

POSTGRESQL_URL = "IDP_TEST_PG_URL"


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
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
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


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    async with AsyncExitStack() as stack:
        if request.param == "sqlite":
            yield await stack.enter_async_context(sqlite_engine(tmp_path))
            return
        url = os.environ.get(POSTGRESQL_URL)
        if url is None:
            pytest.skip(f"{POSTGRESQL_URL} is not set")
        yield await stack.enter_async_context(postgresql_engine(url))


@pytest_asyncio.fixture(params=["http", "sqlite", "postgresql"])
async def register(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    http_settings: HttpRegisterSettings,
    client: httpx2.AsyncClient,
) -> AsyncIterator[PopulationRegister]:
    clock = ManualClock(NOW)
    async with AsyncExitStack() as stack:
        if request.param == "http":
            yield HttpPopulationRegister(http_settings, client, clock)
            return
        url = os.environ.get(POSTGRESQL_URL)
        if request.param == "postgresql" and url is None:
            pytest.skip(f"{POSTGRESQL_URL} is not set")
        opened = (
            postgresql_engine(url)
            if request.param == "postgresql" and url
            else sqlite_engine(tmp_path)
        )
        engine = await stack.enter_async_context(opened)
        yield SqlPopulationRegister(SqlRegisterSettings(), engine, clock)
