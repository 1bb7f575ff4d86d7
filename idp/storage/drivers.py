"""What a unit of work asks of a database driver: to begin, to run a statement, to commit.

Their errors are told apart here and lose their words, which may quote people's data.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import aiosqlite
import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from idp.storage.outages import is_passing_state


class StatementError(Exception):
    """A database did not do what it was asked. `is_outage`: it may do it when asked again."""

    def __init__(self, kind: str, *, is_outage: bool) -> None:
        super().__init__(kind)
        self.is_outage = is_outage


class Driver(Protocol):
    """One connection, seen past SQLAlchemy. Raises StatementError, OSError, TimeoutError."""

    async def begin(self) -> None:
        """Begin a transaction that writes."""

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Iterable[Sequence[Any]]:
        """Run one statement and return its records."""

    async def run_each(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each row of arguments, in one go."""

    async def commit(self) -> None:
        """Make what was done since `begin` durable, or raise."""


class PostgresDriver:
    """asyncpg, which prepares each statement once per connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def begin(self) -> None:
        await self._run("BEGIN")

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Iterable[Sequence[Any]]:
        try:
            records: Iterable[Sequence[Any]] = await self._connection.fetch(sql, *arguments)
        except _POSTGRES_ERRORS as error:
            raise _postgres_error(error) from None
        return records

    async def run_each(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        try:
            await self._connection.executemany(sql, rows)
        except _POSTGRES_ERRORS as error:
            raise _postgres_error(error) from None

    async def commit(self) -> None:
        # PostgreSQL answers the COMMIT of a transaction that failed with ROLLBACK, not an error.
        if await self._run("COMMIT") != "COMMIT":
            raise StatementError("the transaction had failed", is_outage=False)

    async def _run(self, sql: str) -> str:
        try:
            tag: str = await self._connection.execute(sql)
        except _POSTGRES_ERRORS as error:
            raise _postgres_error(error) from None
        return tag


class SqliteDriver:
    """aiosqlite, each call of which is a visit to the connection's thread."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def begin(self) -> None:
        # Takes the lock at once: a reader that turns writer later could find itself overtaken.
        await self.fetch("BEGIN IMMEDIATE", ())

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> Iterable[Sequence[Any]]:
        try:
            return await self._connection.execute_fetchall(sql, arguments)
        except sqlite3.Error as error:
            raise _sqlite_error(error) from None

    async def run_each(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        try:
            await self._connection.executemany(sql, rows)
        except sqlite3.Error as error:
            raise _sqlite_error(error) from None

    async def commit(self) -> None:
        await self.fetch("COMMIT", ())


def _sqlite_error(error: sqlite3.Error) -> StatementError:
    passing = isinstance(error, sqlite3.OperationalError)
    return StatementError(type(error).__name__, is_outage=passing)


_POSTGRES_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
# A migration changed what a prepared statement returns; the driver prepares it anew next time.
_OUTDATED = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)


def _postgres_error(error: Exception) -> StatementError:
    name = type(error).__name__
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        passing = isinstance(error, _OUTDATED) or is_passing_state(state)
        return StatementError(f"{name} {state}", is_outage=passing)
    # Of the client's own errors those about a value are ours; the rest are about a connection.
    return StatementError(name, is_outage=not isinstance(error, ValueError))
