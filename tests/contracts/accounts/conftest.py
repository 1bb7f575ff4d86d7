"""Accounts on both databases."""

from __future__ import annotations

import pytest

from idp.storage.database import Database
from tests.contracts.databases import database, database_url, postgres_url, sqlite_file
from tests.contracts.rooms import Rooms

__all__ = ["database", "database_url", "postgres_url", "sqlite_file"]


@pytest.fixture
def rooms(database: Database) -> Rooms:
    return Rooms(database)
