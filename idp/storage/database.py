"""The SQL database and its one unit of work.

A request opens one transaction and every room writes through it, so that an act and its audit
record are committed together or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

from sqlalchemy import Executable, Row, text
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from idp.errors import UnavailableError
from idp.observability import metrics
from idp.storage.drivers import Driver, PostgresDriver, SqliteDriver, StatementError
from idp.storage.engine import UNFINISHED, create_engine
from idp.storage.outages import is_outage
from idp.storage.prepared import Plan, Prepared
from idp.storage.settings import StorageSettings

Rows: TypeAlias = CursorResult[*tuple[Any, ...]]
Hook = Callable[["Transaction"], Awaitable[None]]
Listener = Callable[..., object]
"""Hears of a statement with the arguments of SQLAlchemy's `before_cursor_execute`."""


class DatabaseUnavailableError(UnavailableError):
    """The database refuses connections or does not answer in time."""


def unavailable(reason: str) -> DatabaseUnavailableError:
    """Count an outage and return the error to raise. `reason` is for the log."""
    metrics.DEPENDENCY_FAILURES.labels("database").inc()
    return DatabaseUnavailableError(debug=reason)


class Transaction:
    """One database transaction; rooms add work to it and never end it themselves."""

    def __init__(
        self, engine: AsyncEngine, pooled: PoolProxiedConnection, driver: Driver, *, writable: bool
    ) -> None:
        self._engine = engine.sync_engine
        self._pooled = pooled
        self._driver = driver
        self._core: Connection | None = None
        self.writable = writable
        self._is_begun = False
        self._is_over = False
        self._before_commit: list[Hook] = []
        self._after_end: list[Callable[[bool], None]] = []

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    async def execute(
        self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None
    ) -> Rows:
        """Run one statement of Core; with `rows`, once for each of them."""
        await self._make_ready(only_reads=False)
        if self._core is None:
            self._core = Connection(self._engine, self._pooled)
        return await greenlet_spawn(self._core.execute, statement, rows)

    async def fetch(self, statement: Prepared, values: Mapping[str, Any]) -> list[Row[Any]]:
        """Run a prepared statement and return what it returns.

        Raises StatementError; ValueError when `values` are not those that it wants.
        """
        plan = statement.plan_for(self._engine.dialect)
        arguments = plan.bind(values)
        await self._make_ready(only_reads=plan.only_reads)
        return plan.rows(await self._run(plan, arguments))

    async def fetch_one(self, statement: Prepared, values: Mapping[str, Any]) -> Row[Any] | None:
        """Run a prepared statement and return its one row, None when there is none."""
        rows = await self.fetch(statement, values)
        if len(rows) > 1:
            raise RuntimeError("one row at most was expected")
        return rows[0] if rows else None

    async def run_each(self, statement: Prepared, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a prepared statement that returns nothing once for each of `rows`, in one go."""
        plan = statement.plan_for(self._engine.dialect)
        arguments = [plan.bind(row) for row in rows]
        await self._make_ready(only_reads=False)
        self._tell(self._engine.dispatch.before_cursor_execute, plan, arguments, many=True)
        await self._driver.run_each(plan.sql, arguments)
        self._tell(self._engine.dispatch.after_cursor_execute, plan, arguments, many=True)

    async def write_last(self, statement: Prepared, values: Mapping[str, Any]) -> None:
        """Run a prepared statement as the last one; any other after it raises RuntimeError.

        When nothing was written before, it is its own transaction: a statement happens as a whole
        or not at all.
        """
        if not self.writable:
            raise RuntimeError("a unit of work that reads was asked to write")
        plan = statement.plan_for(self._engine.dialect)
        arguments = plan.bind(values)
        await self._make_ready(only_reads=True)
        self._is_over = True
        # Whether it happened is unknown until it is answered, just as with a COMMIT.
        self._pooled.info[UNFINISHED] = True
        await self._run(plan, arguments)

    async def _make_ready(self, *, only_reads: bool) -> None:
        """Begin, where that was left until now, before a statement that needs it."""
        if self._is_over:
            raise RuntimeError("the last statement of this unit of work was run before")
        if self.writable and not self._is_begun and not only_reads:
            await self.begin()

    async def _run(self, plan: Plan, arguments: list[Any]) -> Iterable[Sequence[Any]]:
        self._tell(self._engine.dispatch.before_cursor_execute, plan, arguments)
        records = await self._driver.fetch(plan.sql, arguments)
        self._tell(self._engine.dispatch.after_cursor_execute, plan, arguments)
        return records

    def _tell(
        self, listeners: Iterable[Listener], plan: Plan, arguments: list[Any], *, many: bool = False
    ) -> None:
        """Let those who listen on the engine hear of a statement that passes it by."""
        for tell in listeners:
            tell(self._pooled, None, plan.sql, arguments, None, many)

    def before_commit(self, hook: Hook) -> None:
        """Run `hook` inside the transaction, as its last work."""
        self._before_commit.append(hook)

    def after_end(self, hook: Callable[[bool], None]) -> None:
        """Call `hook(committed)` when the transaction has ended, however it ended."""
        self._after_end.append(hook)

    async def begin(self) -> None:
        # First of all: a beginning that is cancelled may have arrived all the same.
        self._pooled.info[UNFINISHED] = True
        self._is_begun = True
        await self._driver.begin()

    async def commit(self) -> None:
        for hook in self._before_commit:
            await hook(self)
        if self._is_begun:
            await self._driver.commit()
        self._pooled.info[UNFINISHED] = False

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
        engine = create_engine(settings, begun_by_hand=True)
        return cls(engine, writer_timeout=settings.pool_timeout)

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a connection for statements that do not write and hold no lock.

        Each sees what was committed when it began (READ COMMITTED), so nothing has to be begun.
        """
        return self._unit(writable=False)

    def write(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction that commits on leaving, or rolls back when an error passes through.

        Raises DatabaseUnavailableError when the database cannot be reached; the effect of a
        commit that was under way is then unknown to the caller, who must not acknowledge it.
        """
        return self._open(begins_late=False)

    def read_then_write(self) -> AbstractAsyncContextManager[Transaction]:
        """Do the same as `write`, but begin only where something other than a prepared SELECT is
        about to run.

        For acts that mostly write nothing but their audit record, which then is the one statement
        of its transaction. What was read before is as old as the answer to it: whoever builds on
        it asks again under a lock, or in the condition of what they write. (In READ COMMITTED the
        same goes for any SELECT without a lock, also after BEGIN.)
        """
        return self._open(begins_late=True)

    def _open(self, *, begins_late: bool) -> AbstractAsyncContextManager[Transaction]:
        if self._writer is None:
            return self._unit(writable=True, begins_late=begins_late)
        # The turn is taken before the connection, also where it may not be needed: a writer never
        # waits for a connection that somebody holds who waits for the writer.
        return self._in_turn(self._writer, begins_late)

    @asynccontextmanager
    async def _in_turn(self, writer: asyncio.Lock, begins_late: bool) -> AsyncIterator[Transaction]:
        """Be the one that writes; raises DatabaseUnavailableError when it takes too long."""
        try:
            async with asyncio.timeout(self._writer_timeout):
                await writer.acquire()
        except TimeoutError as error:
            raise unavailable("too many wait to write") from error
        try:
            async with self._unit(writable=True, begins_late=begins_late) as transaction:
                yield transaction
        finally:
            writer.release()

    @asynccontextmanager
    async def _unit(
        self, *, writable: bool, begins_late: bool = False
    ) -> AsyncIterator[Transaction]:
        committed = False
        transaction: Transaction | None = None
        try:
            async with self._connection() as pooled:
                driver = self._driver_of(pooled)
                transaction = Transaction(self.engine, pooled, driver, writable=writable)
                if writable and not begins_late:
                    await transaction.begin()
                yield transaction
                if writable:
                    await transaction.commit()
                committed = True
        except Exception as error:
            if is_outage(error) or (isinstance(error, StatementError) and error.is_outage):
                raise unavailable(type(error).__name__) from error
            raise
        finally:
            if transaction is not None:
                transaction.run_after_end(committed=committed)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[PoolProxiedConnection]:
        pooled = await self.engine.raw_connection()
        try:
            yield pooled
        finally:
            if pooled.info.get(UNFINISHED):
                # Something may have to be rolled back: nothing may interrupt that.
                await asyncio.shield(greenlet_spawn(pooled.close))
            else:
                # Nothing is asked of the database, so there is nothing to wait for.
                pooled.close()

    def _driver_of(self, pooled: PoolProxiedConnection) -> Driver:
        raw: Any = pooled.driver_connection
        return SqliteDriver(raw) if self._is_sqlite else PostgresDriver(raw)

    async def ping(self) -> None:
        """Return if the database answers; raises DatabaseUnavailableError."""
        async with self.read() as transaction:
            await transaction.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()
