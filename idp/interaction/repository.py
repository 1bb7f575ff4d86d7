"""Queries of the hub."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, select, update

from idp.interaction.models import interactions
from idp.storage.database import Database, Transaction
from idp.storage.prepared import Prepared
from idp.storage.purging import delete_in_batches

_IS_MEANT = interactions.c.id == bindparam("interaction")
_INSERT = Prepared(insert(interactions))
_UPDATE = Prepared(
    update(interactions)
    .where(_IS_MEANT)
    .values(sealed=bindparam("content"))
    .returning(interactions.c.id)
)
_READ = Prepared(
    select(interactions.c.sealed).where(
        and_(
            _IS_MEANT,
            interactions.c.browser_hash == bindparam("browser"),
            interactions.c.expires_at > bindparam("now"),
        )
    )
)
_DELETE = Prepared(delete(interactions).where(_IS_MEANT).returning(interactions.c.id))


async def insert_interaction(transaction: Transaction, row: dict[str, Any]) -> None:
    """Store a new interaction."""
    await transaction.fetch(_INSERT, row)


async def update_interaction(transaction: Transaction, interaction_id: str, sealed: bytes) -> bool:
    """Replace the content of an interaction; False when it was completed meanwhile."""
    values = {"interaction": interaction_id, "content": sealed}
    return await transaction.fetch_one(_UPDATE, values) is not None


async def prolong_interaction(
    transaction: Transaction, interaction_id: str, expires_at: datetime
) -> bool:
    """Give an interaction more time; False when it was completed meanwhile."""
    result = await transaction.execute(
        update(interactions)
        .where(interactions.c.id == interaction_id)
        .values(expires_at=expires_at)
        .returning(interactions.c.id)
    )
    return result.one_or_none() is not None


async def read_interaction(
    transaction: Transaction, interaction_id: str, browser_hash: bytes, now: datetime
) -> bytes | None:
    """Return the content of an interaction that belongs to this browser and has not expired."""
    values = {"interaction": interaction_id, "browser": browser_hash, "now": now}
    row = await transaction.fetch_one(_READ, values)
    return row.sealed if row else None


async def delete_interaction(transaction: Transaction, interaction_id: str) -> bool:
    """Take an interaction away; False when somebody else did."""
    return await transaction.fetch_one(_DELETE, {"interaction": interaction_id}) is not None


async def purge_interactions(database: Database, before: datetime) -> int:
    """Delete interactions that expired before a moment; returns how many."""
    return await delete_in_batches(database, interactions.c.expires_at, before)
