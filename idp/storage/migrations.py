"""Bringing the database to the schema of this release. The revisions are in `migrations/`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from idp.errors import TongxingError
from idp.storage.database import unavailable
from idp.storage.engine import create_engine
from idp.storage.migration_files import script_folder
from idp.storage.settings import StorageSettings

T = TypeVar("T")

# An arbitrary number that no other program uses for a lock in this database.
_LOCK = 7_264_120_511
_LOCK_WAIT = "10s"
_STATEMENT_SECONDS = 120


class SchemaBehindError(TongxingError):
    """The database has not the schema that this release needs."""

    code = "schema_behind"


@cache
def head() -> str:
    """Return the newest revision of this release."""
    found = ScriptDirectory(str(script_folder())).get_current_head()
    if found is None:
        raise RuntimeError(f"no migrations in {script_folder()}")
    return found


@cache
def known_revisions() -> frozenset[str]:
    """Return every revision that this release knows."""
    scripts = ScriptDirectory(str(script_folder()))
    return frozenset(script.revision for script in scripts.walk_revisions())


def open_engine(url: str) -> AsyncEngine:
    """Make an engine on which schema changes are transactional, on SQLite too."""
    settings = StorageSettings(
        database_url=url, pool_size=1, pool_timeout=10, statement_timeout=_STATEMENT_SECONDS
    )
    engine = create_engine(settings)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine.sync_engine, "begin")
        def on_begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


async def current(url: str) -> str | None:
    """Return the revision of a database, None when it is empty."""
    return await _on(url, _read_revision)


async def check(url: str) -> None:
    """Raise SchemaBehindError when this release cannot work with the database.

    A newer schema is accepted: the release before must run beside the next during an upgrade.
    """
    revision = await current(url)
    if revision is None:
        raise SchemaBehindError("the database has no tables yet; run `idp db upgrade`")
    if revision != head() and revision in known_revisions():
        raise SchemaBehindError(
            f"the database is at revision {revision}, this release needs {head()};"
            " run `idp db upgrade`"
        )


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database to `revision`. Of several callers at a time one does the work."""
    await _on(url, lambda connection: _run(connection, command.upgrade, revision))


async def downgrade(url: str, revision: str) -> None:
    """Take a database back to `revision` (`base`: no tables at all)."""
    await _on(url, lambda connection: _run(connection, command.downgrade, revision))


async def _on(url: str, work: Callable[[Connection], T]) -> T:
    engine = open_engine(url)
    try:
        connection = engine.connect()
        try:
            await connection.start()
        except (DBAPIError, OSError) as error:
            # Only here: an error of the work itself is a defect and must keep its words.
            raise unavailable(type(error).__name__) from error
        try:
            async with connection.begin():
                return await connection.run_sync(work)
        finally:
            await connection.close()
    finally:
        await engine.dispose()


def _read_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _run(connection: Connection, step: Callable[[Config, str], None], revision: str) -> None:
    if connection.dialect.name == "postgresql":
        # Held to the end of the transaction; and nobody waits for long behind a table's lock.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'"))
    config = Config()
    config.set_main_option("script_location", str(script_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    step(config, revision)
