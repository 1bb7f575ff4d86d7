"""The engine behind the unit of work: its limits, and what it does with connections that died."""

from __future__ import annotations

from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, PoolResetState

from idp.storage.settings import StorageSettings

UNFINISHED = "tongxing_unfinished"
"""In a connection's `info`: a transaction was begun by hand and is not known to have ended."""

_IDLE_IN_TRANSACTION_MS = 30_000
# A server that still answers gives up a statement by itself and says so; past this margin it is
# taken for hung.
_MARGIN_SECONDS = 1.0
_BY_HAND: dict[str, Any] = {
    "isolation_level": "AUTOCOMMIT",
    "skip_autocommit_rollback": True,
    "pool_reset_on_return": None,
}


def create_engine(settings: StorageSettings, *, begun_by_hand: bool = False) -> AsyncEngine:
    """Make the engine for the configured URL, with limits on every wait.

    `begun_by_hand`: SQLAlchemy begins no transactions. Who does marks the connection as UNFINISHED
    meanwhile; one that comes back so is rolled back before anybody gets it again.
    Errors never quote parameters: those are people's data.
    """
    options = _BY_HAND if begun_by_hand else {}
    if settings.database_url.startswith("sqlite"):
        engine = _create_sqlite(settings, options)
    else:
        engine = _create_postgresql(settings, options)
    if begun_by_hand:
        event.listen(engine.sync_engine, "reset", _roll_back_unfinished)
    return engine


def _roll_back_unfinished(
    connection: DBAPIConnection, record: ConnectionPoolEntry, state: PoolResetState
) -> None:
    # A connection that cannot be asked any more (not `asyncio_safe`) is thrown away by the pool.
    if state.asyncio_safe and record.info.get(UNFINISHED):
        connection.run_async(_roll_back)
        record.info[UNFINISHED] = False


async def _roll_back(driver: Any) -> None:
    """Without a transaction, since perhaps not even the beginning arrived, this does nothing. An
    error makes the pool replace the connection; one that died is replaced when it is next wanted.
    """
    if isinstance(driver, aiosqlite.Connection):
        await driver.rollback()
    elif not driver.is_closed():
        await driver.execute("ROLLBACK")


def _create_sqlite(settings: StorageSettings, options: dict[str, Any]) -> AsyncEngine:
    engine = create_async_engine(
        settings.database_url,
        pool_size=settings.pool_size,
        pool_timeout=settings.pool_timeout,
        max_overflow=0,
        hide_parameters=True,
        **options,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # transactions are begun by hand, in the unit of work
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=5000",  # first of all: the next one may already have to wait
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _create_postgresql(settings: StorageSettings, options: dict[str, Any]) -> AsyncEngine:
    engine = create_async_engine(
        settings.database_url,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout,
        hide_parameters=True,
        connect_args={
            "timeout": settings.pool_timeout,
            "command_timeout": settings.statement_timeout + _MARGIN_SECONDS,
            "server_settings": {
                "application_name": "tongxing",
                "statement_timeout": str(int(settings.statement_timeout * 1000)),
                "idle_in_transaction_session_timeout": str(_IDLE_IN_TRANSACTION_MS),
                # What was answered has to survive a crash (R55), whatever the server's default is.
                "synchronous_commit": "on",
            },
        },
        **options,
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def on_checkout(
        connection: DBAPIConnection, _record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        # The driver has seen the server hang up. Unlike a ping this costs no round trip, and one
        # dead connection means that the server restarted: all older ones are replaced.
        if connection.driver_connection.is_closed():
            raise InvalidatePoolError("the connection died while it was idle")

    return engine
