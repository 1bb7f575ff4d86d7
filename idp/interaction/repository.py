"""Queries of the hub."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select, update

from idp.interaction.models import interactions
from idp.storage.database import Database, Transaction
from idp.storage.purging import delete_in_batches


async def insert_interaction(transaction: Transaction, row: dict[str, Any]) -> None:
    """Store a new interaction."""
    await transaction.execute(insert(interactions).values(**row))


async def update_interaction(transaction: Transaction, interaction_id: str, sealed: bytes) -> bool:
    """Replace the content of an interaction; False when it was completed meanwhile."""
    result = await transaction.execute(
        update(interactions)
        .where(interactions.c.id == interaction_id)
        .values(sealed=sealed)
        .returning(interactions.c.id)
    )
    return result.one_or_none() is not None


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
    result = await transaction.execute(
        select(interactions.c.sealed).where(
            and_(
                interactions.c.id == interaction_id,
                interactions.c.browser_hash == browser_hash,
                interactions.c.expires_at > now,
            )
        )
    )
    found: bytes | None = result.scalar_one_or_none()
    return found


async def delete_interaction(transaction: Transaction, interaction_id: str) -> bool:
    """Take an interaction away; False when somebody else did."""
    result = await transaction.execute(
        delete(interactions).where(interactions.c.id == interaction_id).returning(interactions.c.id)
    )
    return result.one_or_none() is not None


async def purge_interactions(database: Database, before: datetime) -> int:
    """Delete interactions that expired before a moment; returns how many."""
    return await delete_in_batches(database, interactions.c.expires_at, before)
