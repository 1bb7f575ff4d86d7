"""A read-only transaction that the database itself ends in time, on PostgreSQL and SQLite.

Giving up on our side alone would leave the statement running at the department's database.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_QUERY_CANCELED: Final = "57014"
"""PostgreSQL's SQLSTATE for a statement that ran into its time limit."""
_SQLITE_STEPS: Final = 20_000


@asynccontextmanager
async def limited_read(engine: AsyncEngine, seconds: float) -> AsyncIterator[AsyncConnection]:
    """Yield a connection on which one statement may run for `seconds` and nothing may be written.

    Raises `NotImplementedError` for a database other than PostgreSQL and SQLite.
    """
    async with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execution_options(postgresql_readonly=True)
            limit = {"limit": f"{max(1, round(seconds * 1000))}ms"}
            await connection.execute(
                text("SELECT set_config('statement_timeout', :limit, true)"), limit
            )
            yield connection
        elif engine.dialect.name == "sqlite":
            async with _sqlite_limit(connection, seconds):
                yield connection
        else:
            raise NotImplementedError(f"no statement limit for {engine.dialect.name}")


@asynccontextmanager
async def _sqlite_limit(connection: AsyncConnection, seconds: float) -> AsyncIterator[None]:
    driver = (await connection.get_raw_connection()).driver_connection
    if driver is None:
        raise RuntimeError("the SQLite connection is closed")
    deadline = time.monotonic() + seconds
    await driver.execute("PRAGMA query_only = ON")
    await driver.set_progress_handler(lambda: int(time.monotonic() > deadline), _SQLITE_STEPS)
    try:
        yield
    finally:
        await driver.set_progress_handler(None, 0)
        await driver.execute("PRAGMA query_only = OFF")


def is_limit_reached(error: DBAPIError) -> bool:
    """Return whether the database ended the statement because of its time limit."""
    if getattr(error.orig, "sqlstate", None) == _QUERY_CANCELED:
        return True
    return getattr(error.orig, "sqlite_errorname", None) == "SQLITE_INTERRUPT"
