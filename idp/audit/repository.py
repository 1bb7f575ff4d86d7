"""Queries of the audit room."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, and_, func, insert, select, tuple_

from idp.audit.models import audit_checkpoints, audit_events
from idp.storage.database import Transaction
from idp.storage.prepared import Prepared
from idp.storage.upsert import insert_into

PAGE = 400
FEW = 30


_INSERT_EVENT = Prepared(insert(audit_events))


async def insert_events(transaction: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Write events, each with a value for every column, as the last work of a transaction."""
    if len(rows) == 1:
        await transaction.write_last(_INSERT_EVENT, rows[0])
    else:
        await transaction.run_each(_INSERT_EVENT, rows)


async def read_lengths(transaction: Transaction, after: str = "") -> dict[str, int]:
    """Return the highest number of up to PAGE chains whose ids follow `after`, in order.

    Steps from chain to chain through the primary key, so that the cost depends on the number of
    chains and not on the number of events.
    """
    lowest = func.min(audit_events.c.chain_id).label("chain_id")
    first = select(lowest).where(audit_events.c.chain_id > after).cte("chains", recursive=True)
    later = audit_events.alias()
    following = select(func.min(later.c.chain_id)).where(later.c.chain_id > first.c.chain_id)
    step = select(following.scalar_subquery()).where(first.c.chain_id.is_not(None))
    chains = first.union_all(step)
    result = await transaction.execute(
        _lengths(chains).where(chains.c.chain_id.is_not(None)).limit(PAGE)
    )
    return {row[0]: row[1] for row in result}


async def read_active_lengths(transaction: Transaction, since: datetime) -> dict[str, int]:
    """Return the highest number of each chain that has an event at or after a moment."""
    recent = select(audit_events.c.chain_id).where(audit_events.c.at >= since).distinct()
    result = await transaction.execute(_lengths(recent.cte("recent")))
    return {row[0]: row[1] for row in result}


def _lengths(chains: CTE) -> Select[Any]:
    same = audit_events.c.chain_id == chains.c.chain_id
    highest = select(func.max(audit_events.c.seq)).where(same).correlate(chains).scalar_subquery()
    return select(chains.c.chain_id, highest)


async def read_chain_page(transaction: Transaction, chain_id: str, after: int) -> list[Row[Any]]:
    """Return up to PAGE events of a chain that follow number `after`, in order.

    Raises ValueError or OperationalError when the content of a row cannot be read at all.
    """
    result = await transaction.execute(
        select(audit_events)
        .where(_follows(chain_id, after))
        .order_by(audit_events.c.seq)
        .limit(PAGE)
    )
    return list(result.all())


async def read_numbers(transaction: Transaction, chain_id: str, after: int) -> list[int]:
    """Return what `read_chain_page` would, numbers only."""
    seq = audit_events.c.seq
    result = await transaction.execute(
        select(seq).where(_follows(chain_id, after)).order_by(seq).limit(PAGE)
    )
    return list(result.scalars())


def _follows(chain_id: str, after: int) -> ColumnElement[bool]:
    return and_(audit_events.c.chain_id == chain_id, audit_events.c.seq > after)


async def read_event(transaction: Transaction, chain_id: str, seq: int) -> Row[Any]:
    """Return one event; raises as `read_chain_page` does."""
    result = await transaction.execute(
        select(audit_events).where(
            and_(audit_events.c.chain_id == chain_id, audit_events.c.seq == seq)
        )
    )
    return result.one()


async def read_hashes(
    transaction: Transaction, places: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], bytes]:
    """Return the hashes of the events that are at `places` (chain id, number)."""
    found: dict[tuple[str, int], bytes] = {}
    columns = audit_events.c
    for start in range(0, len(places), PAGE):
        result = await transaction.execute(
            select(columns.chain_id, columns.seq, columns.hash).where(
                tuple_(columns.chain_id, columns.seq).in_(places[start : start + PAGE])
            )
        )
        found |= {(row.chain_id, row.seq): row.hash for row in result}
    return found


async def read_last_checkpoint(transaction: Transaction) -> Row[Any] | None:
    """Return the newest checkpoint."""
    result = await transaction.execute(
        select(audit_checkpoints).order_by(audit_checkpoints.c.number.desc()).limit(1)
    )
    return result.one_or_none()


async def read_checkpoint_page(transaction: Transaction, after: int = -1) -> list[Row[Any]]:
    """Return up to PAGE checkpoints that follow number `after`, in order."""
    result = await transaction.execute(
        select(audit_checkpoints)
        .where(audit_checkpoints.c.number > after)
        .order_by(audit_checkpoints.c.number)
        .limit(PAGE)
    )
    return list(result.all())


async def read_checkpoints_backwards(transaction: Transaction) -> AsyncIterator[Row[Any]]:
    """Yield the checkpoints, the newest first; reads a few more than are taken."""
    number = audit_checkpoints.c.number
    newest = select(audit_checkpoints).order_by(number.desc()).limit(FEW)
    rows = (await transaction.execute(newest)).all()
    while rows:
        for row in rows:
            yield row
        rows = (await transaction.execute(newest.where(number < rows[-1].number))).all()


async def insert_checkpoint(transaction: Transaction, row: dict[str, Any]) -> bool:
    """Write a checkpoint; False when its number is taken."""
    result = await transaction.execute(
        insert_into(transaction, audit_checkpoints)
        .values(**row)
        .on_conflict_do_nothing()
        .returning(audit_checkpoints.c.number)
    )
    return result.one_or_none() is not None


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
