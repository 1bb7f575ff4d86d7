"""Rooms and outbox on both databases."""

from __future__ import annotations

import idp.tokens.models  # noqa: F401 - imported for its tables
from tests.contracts.databases import database, database_url, postgres_url, sqlite_file

__all__ = ["database", "database_url", "postgres_url", "sqlite_file"]
