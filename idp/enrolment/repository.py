"""Queries of the enrolment room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, select, update

from idp.enrolment.models import recoveries
from idp.storage.database import Database, Transaction
from idp.storage.purging import delete_in_batches


def _is_open(id_hash: bytes, now: datetime) -> ColumnElement[bool]:
    return and_(
        recoveries.c.id_hash == id_hash,
        recoveries.c.used_at.is_(None),
        recoveries.c.expires_at > now,
    )


async def insert_recovery(transaction: Transaction, row: dict[str, Any]) -> None:
    """Store a recovery that begins."""
    await transaction.execute(insert(recoveries).values(**row))


async def read_recovery(transaction: Transaction, id_hash: bytes, now: datetime) -> Row[Any] | None:
    """Return a recovery that is neither used nor expired."""
    result = await transaction.execute(select(recoveries).where(_is_open(id_hash, now)))
    return result.one_or_none()


async def update_recovery(
    transaction: Transaction, id_hash: bytes, now: datetime, values: dict[str, Any]
) -> bool:
    """Change a recovery that is still open; False when it is not."""
    result = await transaction.execute(
        update(recoveries)
        .where(_is_open(id_hash, now))
        .values(**values)
        .returning(recoveries.c.id_hash)
    )
    return result.one_or_none() is not None


async def claim_recovery(transaction: Transaction, id_hash: bytes, now: datetime) -> str | None:
    """Use up a proven recovery and return its account; None when there is nothing to use."""
    result = await transaction.execute(
        update(recoveries)
        .where(
            and_(
                _is_open(id_hash, now),
                recoveries.c.phone_proven_at.is_not(None),
                recoveries.c.identity_proven_at.is_not(None),
            )
        )
        .values(used_at=now)
        .returning(recoveries.c.account_id)
    )
    account_id: str | None = result.scalar_one_or_none()
    return account_id


async def end_other_recoveries(transaction: Transaction, account_id: str, now: datetime) -> None:
    """End every recovery of an account that is still open."""
    await transaction.execute(
        update(recoveries)
        .where(and_(recoveries.c.account_id == account_id, recoveries.c.used_at.is_(None)))
        .values(used_at=now)
    )


async def purge_recoveries(database: Database, before: datetime) -> int:
    """Delete recoveries that expired before a moment; returns how many."""
    return await delete_in_batches(database, recoveries.c.expires_at, before)
