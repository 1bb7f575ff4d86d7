"""Runs migrations on a connection handed over by `idp.storage.migrations`, or, for developers who
call `alembic` themselves, on the database of IDP_STORAGE__DATABASE_URL."""

from __future__ import annotations

import asyncio
import importlib
import os
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, MetaData

from idp.storage.metadata import UtcDateTime, metadata
from idp.storage.migrations import open_engine

# Every room with tables. Needed to compare with a database, not to migrate one.
ROOMS = (
    "idp.accounts.models",
    "idp.audit.models",
    "idp.authn.models",
    "idp.client_registry.models",
    "idp.consents.models",
    "idp.enrolment.models",
    "idp.interaction.models",
    "idp.keys.models",
    "idp.logout.models",
    "idp.proofing.models",
    "idp.protocol.models",
    "idp.sessions.models",
    "idp.storage.outbox",
    "idp.tokens.models",
)


def _metadata() -> MetaData:
    for room in ROOMS:
        importlib.import_module(room)
    return metadata


def _render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column types as plain ones: a migration must mean the same for ever."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes.get("metadata"),
        compare_type=True,
        render_as_batch=True,  # SQLite changes a column by copying its table
        render_item=_render,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _migrate_from_environment() -> None:
    url = os.environ.get("IDP_STORAGE__DATABASE_URL")
    if not url:
        raise SystemExit("set IDP_STORAGE__DATABASE_URL")
    context.config.attributes["metadata"] = _metadata()
    engine = open_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate)
            await connection.commit()
    finally:
        await engine.dispose()


if context.is_offline_mode():
    raise SystemExit("migrations are run on a database; there is no offline mode")
given = context.config.attributes.get("connection")
if given is None:
    asyncio.run(_migrate_from_environment())
else:
    _migrate(given)
