"""Both servers that the ephemeral store has to work with, each started once per run."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from idp.storage.ephemeral import Ephemeral
from tests.contracts.databases import (  # noqa: F401 - fixtures
    database,
    database_url,
    postgres_url,
    sqlite_file,
)
from tests.servers.redis7 import redis7
from tests.servers.valkey import embedded_valkey


@pytest.fixture(scope="session", params=["valkey", "redis7"])
def ephemeral_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    server = embedded_valkey(folder) if request.param == "valkey" else redis7(folder)
    with server as url:
        yield url


@pytest_asyncio.fixture
async def store(ephemeral_url: str) -> AsyncIterator[Ephemeral]:
    async with Ephemeral(ephemeral_url, namespace=f"t{secrets.token_hex(4)}", seconds=5) as store:
        yield store
