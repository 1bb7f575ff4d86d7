"""Runs this folder on both databases."""

from tests.contracts.databases import (  # noqa: F401 - fixtures
    database,
    database_url,
    postgres_url,
    sqlite_file,
)
