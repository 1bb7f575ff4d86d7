"""The engine behind the unit of work: its limits, and what it does with connections that died."""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from idp.storage.settings import StorageSettings

_IDLE_IN_TRANSACTION_MS = 30_000
# A server that still answers gives up a statement by itself and says so; past this margin it is
# taken for hung.
_MARGIN_SECONDS = 1.0


def create_engine(settings: StorageSettings) -> AsyncEngine:
    """Make the engine for the configured URL, with limits on every wait.

    Errors never quote parameters: those are people's data.
    """
    if settings.database_url.startswith("sqlite"):
        return _create_sqlite(settings)
    return _create_postgresql(settings)


def _create_sqlite(settings: StorageSettings) -> AsyncEngine:
    engine = create_async_engine(
        settings.database_url,
        pool_size=settings.pool_size,
        pool_timeout=settings.pool_timeout,
        max_overflow=0,
        hide_parameters=True,
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


def _create_postgresql(settings: StorageSettings) -> AsyncEngine:
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
