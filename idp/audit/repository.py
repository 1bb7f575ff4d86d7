"""Queries of the audit room."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, insert, select

from idp.audit.models import audit_checkpoints, audit_events
from idp.storage.database import Transaction

_PAGE = 500


async def insert_events(transaction: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Write events in one statement."""
    await transaction.execute(insert(audit_events).values(list(rows)))


async def read_chain_ids(transaction: Transaction) -> list[str]:
    """Return the ids of all chains, oldest first."""
    result = await transaction.execute(
        select(audit_events.c.chain_id).distinct().order_by(audit_events.c.chain_id)
    )
    return list(result.scalars())


async def read_chain(transaction: Transaction, chain_id: str) -> AsyncIterator[Row[Any]]:
    """Yield the events of one chain in order, a page at a time."""
    after = -1
    while True:
        result = await transaction.execute(
            select(audit_events)
            .where(and_(audit_events.c.chain_id == chain_id, audit_events.c.seq > after))
            .order_by(audit_events.c.seq)
            .limit(_PAGE)
        )
        rows = result.all()
        for row in rows:
            yield row
        if len(rows) < _PAGE:
            return
        after = rows[-1].seq


async def read_heads(transaction: Transaction, since: datetime | None) -> dict[str, int]:
    """Return the highest number of each chain that has events at or after `since`."""
    statement = select(audit_events.c.chain_id, func.max(audit_events.c.seq)).group_by(
        audit_events.c.chain_id
    )
    if since is not None:
        statement = statement.where(audit_events.c.at >= since)
    result = await transaction.execute(statement)
    return {row[0]: row[1] for row in result}


async def read_hash(transaction: Transaction, chain_id: str, seq: int) -> bytes | None:
    """Return the hash of one event, or None when there is no such event."""
    result = await transaction.execute(
        select(audit_events.c.hash).where(
            and_(audit_events.c.chain_id == chain_id, audit_events.c.seq == seq)
        )
    )
    found: bytes | None = result.scalar_one_or_none()
    return found


async def read_last_checkpoint(transaction: Transaction) -> Row[Any] | None:
    """Return the newest checkpoint."""
    result = await transaction.execute(
        select(audit_checkpoints).order_by(audit_checkpoints.c.number.desc()).limit(1)
    )
    return result.one_or_none()


async def read_checkpoints(transaction: Transaction) -> list[Row[Any]]:
    """Return all checkpoints in order."""
    result = await transaction.execute(
        select(audit_checkpoints).order_by(audit_checkpoints.c.number)
    )
    return list(result.all())


async def insert_checkpoint(transaction: Transaction, row: dict[str, Any]) -> None:
    """Write a checkpoint; fails when its number is taken."""
    await transaction.execute(insert(audit_checkpoints).values(**row))


async def read_account_events(
    transaction: Transaction, account_id: str, tags: Sequence[str], limit: int
) -> list[Row[Any]]:
    """Return an account's newest events with one of `tags`."""
    result = await transaction.execute(
        select(audit_events)
        .where(and_(audit_events.c.account_id == account_id, audit_events.c.tag.in_(tags)))
        .order_by(audit_events.c.at.desc())
        .limit(limit)
    )
    return list(result.all())
