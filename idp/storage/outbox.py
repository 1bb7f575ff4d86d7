"""The transactional outbox: work that must happen after a commit, and will.

A job is written in the transaction of the act that asks for it. Workers lease due jobs; a worker
that dies loses its lease and another one carries on. A job may therefore run twice, and its
handler has to allow for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Index, Integer, String, Table, and_, insert, select, update

from idp.storage.database import Database, Transaction
from idp.storage.metadata import Id, Json, UtcDateTime, metadata
from idp.storage.purging import delete_in_batches

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("payload", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("outcome", String(16)),
    Index("ix_outbox_finished_at_due_at", "finished_at", "due_at"),
)


@dataclass(frozen=True, slots=True)
class Job:
    """A leased job. `attempts` counts this one."""

    id: str
    kind: str
    payload: dict[str, Any]
    attempts: int


async def enqueue(
    transaction: Transaction,
    job_id: str,
    kind: str,
    payload: dict[str, Any],
    now: datetime,
    due_at: datetime,
) -> None:
    """Ask for a job to run at `due_at`; takes effect when the transaction commits."""
    await transaction.execute(
        insert(outbox).values(
            id=job_id, kind=kind, payload=payload, created_at=now, due_at=due_at, attempts=0
        )
    )


async def lease(
    transaction: Transaction, now: datetime, lease_for: timedelta, limit: int
) -> list[Job]:
    """Take up to `limit` due jobs; nobody else gets them before the lease ends."""
    due = select(outbox.c.id).where(_is_due(now)).order_by(outbox.c.due_at).limit(limit)
    if transaction.dialect == "postgresql":
        due = due.with_for_update(skip_locked=True)
    # A common table expression, which PostgreSQL runs once; a plain subquery it may run again,
    # and then lease more than `limit`.
    chosen = due.cte("chosen")
    result = await transaction.execute(
        update(outbox)
        .where(and_(outbox.c.id.in_(select(chosen.c.id)), _is_due(now)))
        .values(due_at=now + lease_for, attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id, outbox.c.kind, outbox.c.payload, outbox.c.attempts)
    )
    return [Job(row.id, row.kind, row.payload, row.attempts) for row in result]


async def finish(transaction: Transaction, job_id: str, now: datetime, outcome: str) -> bool:
    """Mark a job as done or given up; False when it was finished before."""
    result = await transaction.execute(
        update(outbox)
        .where(and_(outbox.c.id == job_id, outbox.c.finished_at.is_(None)))
        .values(finished_at=now, outcome=outcome)
    )
    return result.rowcount == 1


async def postpone(transaction: Transaction, job_id: str, due_at: datetime) -> None:
    """Let an unfinished job run again at `due_at`."""
    await transaction.execute(
        update(outbox)
        .where(and_(outbox.c.id == job_id, outbox.c.finished_at.is_(None)))
        .values(due_at=due_at)
    )


async def oldest_due(transaction: Transaction, now: datetime) -> datetime | None:
    """Return since when the oldest waiting job is due, for the lag metric."""
    result = await transaction.execute(
        select(outbox.c.due_at).where(_is_due(now)).order_by(outbox.c.due_at).limit(1)
    )
    found: datetime | None = result.scalar_one_or_none()
    return found


async def purge_finished(database: Database, before: datetime) -> int:
    """Delete jobs that were finished before a moment; returns how many."""
    return await delete_in_batches(database, outbox.c.finished_at, before)


def _is_due(now: datetime) -> Any:
    return and_(outbox.c.finished_at.is_(None), outbox.c.due_at <= now)
