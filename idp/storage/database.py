"""The SQL database and its one unit of work.

A request opens one transaction and every room writes through it, so that an act and its audit
record are committed together or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeAlias

from sqlalchemy import Executable, text
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from idp.errors import UnavailableError
from idp.observability import metrics
from idp.storage.engine import create_engine
from idp.storage.outages import is_outage
from idp.storage.settings import StorageSettings

Rows: TypeAlias = CursorResult[*tuple[Any, ...]]
Hook = Callable[["Transaction"], Awaitable[None]]


class DatabaseUnavailableError(UnavailableError):
    """The database refuses connections or does not answer in time."""


def unavailable(reason: str) -> DatabaseUnavailableError:
    """Count an outage and return the error to raise. `reason` is for the log."""
    metrics.DEPENDENCY_FAILURES.labels("database").inc()
    return DatabaseUnavailableError(debug=reason)


class Transaction:
    """One database transaction; rooms add work to it and never end it themselves."""

    def __init__(self, connection: AsyncConnection, *, writable: bool) -> None:
        self._connection = connection
        self.writable = writable
        self._before_commit: list[Hook] = []
        self._after_end: list[Callable[[bool], None]] = []

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._connection.dialect.name

    async def execute(
        self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None
    ) -> Rows:
        """Run one statement; with `rows`, once for each of them."""
        return await self._connection.execute(statement, rows)

    def before_commit(self, hook: Hook) -> None:
        """Run `hook` inside the transaction, as its last work."""
        self._before_commit.append(hook)

    def after_end(self, hook: Callable[[bool], None]) -> None:
        """Call `hook(committed)` when the transaction has ended, however it ended."""
        self._after_end.append(hook)

    async def run_before_commit(self) -> None:
        for hook in self._before_commit:
            await hook(self)

    def run_after_end(self, *, committed: bool) -> None:
        for hook in self._after_end:
            hook(committed)


class Database:
    """Opens transactions on SQLite or PostgreSQL."""

    def __init__(self, engine: AsyncEngine, *, writer_timeout: float) -> None:
        self.engine = engine
        self._writer_timeout = writer_timeout
        self._is_sqlite = engine.dialect.name == "sqlite"
        # SQLite has one writer. Queueing here is fair and quick; contending for the file lock
        # makes the unlucky wait in busy loops (p99 of 16 writers: 233 ms against 21 ms).
        self._writer = asyncio.Lock() if self._is_sqlite else None

    @classmethod
    def from_settings(cls, settings: StorageSettings) -> Database:
        return cls(create_engine(settings), writer_timeout=settings.pool_timeout)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """Open a transaction that does not write."""
        async with self._transaction(writable=False) as transaction:
            yield transaction

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Open a transaction that commits on leaving, or rolls back when an error passes through.

        Raises DatabaseUnavailableError when the database cannot be reached; the effect of a
        commit that was under way is then unknown to the caller, who must not acknowledge it.
        """
        async with AsyncExitStack() as stack:
            if self._writer is not None:
                await stack.enter_async_context(self._turn(self._writer))
            transaction = await stack.enter_async_context(self._transaction(writable=True))
            yield transaction

    @asynccontextmanager
    async def _turn(self, writer: asyncio.Lock) -> AsyncIterator[None]:
        """Be the one that writes; raises DatabaseUnavailableError when it takes too long."""
        try:
            async with asyncio.timeout(self._writer_timeout):
                await writer.acquire()
        except TimeoutError as error:
            raise unavailable("too many wait to write") from error
        try:
            yield
        finally:
            writer.release()

    @asynccontextmanager
    async def _transaction(self, *, writable: bool) -> AsyncIterator[Transaction]:
        committed = False
        transaction: Transaction | None = None
        try:
            async with self.engine.connect() as connection:
                if self._is_sqlite:
                    await connection.exec_driver_sql("BEGIN IMMEDIATE" if writable else "BEGIN")
                transaction = Transaction(connection, writable=writable)
                yield transaction
                await transaction.run_before_commit()
                await connection.commit()
                committed = True
        except Exception as error:
            if is_outage(error):
                raise unavailable(type(error).__name__) from error
            raise
        finally:
            if transaction is not None:
                transaction.run_after_end(committed=committed)

    async def ping(self) -> None:
        """Return if the database answers; raises DatabaseUnavailableError."""
        async with self.read() as transaction:
            await transaction.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()
