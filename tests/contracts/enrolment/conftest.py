"""Registration and recovery on both databases and a real ephemeral store."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from idp.storage.database import Database
from idp.storage.ephemeral import Ephemeral
from tests.contracts.databases import database, database_url, postgres_url, sqlite_file
from tests.contracts.enrolment.office import Office
from tests.contracts.rooms import Rooms
from tests.servers.valkey import embedded_valkey

__all__ = ["database", "database_url", "postgres_url", "sqlite_file"]


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest_asyncio.fixture
async def office(
    database: Database,
    valkey_url: str,
) -> AsyncIterator[Office]:
    async with Ephemeral(valkey_url, namespace=f"t{secrets.token_hex(4)}", seconds=5) as store:
        yield Office(Rooms(database), store.space("registration"))
