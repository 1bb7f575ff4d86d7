"""The protocol's tests once more, with PostgreSQL in the place of SQLite."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.protocol.conftest import (
    authorize,
    browser,
    change,
    citizen,
    decisions,
    enter,
    http,
    new_browser,
    new_portal,
    portal,
    released,
)
from tests.provider import RunningProvider, running_provider
from tests.servers.postgres import create_database, drop_database, postgres, sqlalchemy_url

__all__ = [
    "authorize",
    "browser",
    "change",
    "citizen",
    "decisions",
    "enter",
    "http",
    "new_browser",
    "new_portal",
    "portal",
    "released",
]


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """A provider on a database of its own."""
    with postgres(tmp_path_factory.mktemp("pg")) as server:
        url = asyncio.run(create_database(server))
        folder = tmp_path_factory.mktemp("provider") / "home"
        with running_provider(folder, database_url=sqlalchemy_url(url)) as running:
            yield running
            assert not [
                line for line in running.log_lines() if line["level"] in ("error", "critical")
            ]
        asyncio.run(drop_database(server, url))
