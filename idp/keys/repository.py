"""Queries of the keys room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, insert, select, update

from idp.keys.models import signing_keys
from idp.storage.database import Transaction


async def read_keys(transaction: Transaction) -> list[Row[Any]]:
    """Return every key, oldest first."""
    result = await transaction.execute(
        select(signing_keys).order_by(signing_keys.c.active_from, signing_keys.c.kid)
    )
    return list(result.all())


async def insert_key(transaction: Transaction, row: dict[str, Any]) -> None:
    """Store a new key."""
    await transaction.execute(insert(signing_keys).values(**row))


async def limit_publication(
    transaction: Transaction, alg: str, except_kid: str, until: datetime
) -> None:
    """Set an end to the publication of `alg` keys that have none yet."""
    await transaction.execute(
        update(signing_keys)
        .where(
            and_(
                signing_keys.c.alg == alg,
                signing_keys.c.kid != except_kid,
                signing_keys.c.published_until.is_(None),
            )
        )
        .values(published_until=until)
    )


async def mark_revoked(transaction: Transaction, kid: str, at: datetime) -> bool:
    """Revoke a key; returns whether it existed and was not revoked yet."""
    result = await transaction.execute(
        update(signing_keys)
        .where(and_(signing_keys.c.kid == kid, signing_keys.c.revoked_at.is_(None)))
        .values(revoked_at=at)
    )
    return result.rowcount == 1
