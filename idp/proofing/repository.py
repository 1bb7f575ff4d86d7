"""Queries of the proofing room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, case, insert, literal, or_, select, update

from idp.proofing.models import identity_evidence, proofing_attempts
from idp.storage.database import Database, Transaction
from idp.storage.metadata import UtcDateTime
from idp.storage.purging import delete_in_batches
from idp.storage.upsert import insert_into


async def insert_evidence(transaction: Transaction, row: dict[str, Any]) -> None:
    """Keep a piece of evidence."""
    await transaction.execute(insert(identity_evidence).values(**row))


async def read_evidence(transaction: Transaction, account_id: str) -> list[Row[Any]]:
    """Return an account's evidence, oldest first."""
    result = await transaction.execute(
        select(identity_evidence)
        .where(identity_evidence.c.account_id == account_id)
        .order_by(identity_evidence.c.verified_at)
    )
    return list(result.all())


async def count_attempt(
    transaction: Transaction, scope: str, now: datetime, window: timedelta, limit: int
) -> bool:
    """Count an attempt within `scope`; False when there were `limit` in the window."""
    attempts = proofing_attempts.c
    fresh = attempts.window_start <= now - window
    result = await transaction.execute(
        insert_into(transaction, proofing_attempts)
        .values(scope=scope, window_start=now, attempts=1, last_at=now)
        .on_conflict_do_update(
            index_elements=["scope"],
            set_={
                "attempts": case((fresh, 1), else_=attempts.attempts + 1),
                "window_start": case(
                    (fresh, literal(now, UtcDateTime())), else_=attempts.window_start
                ),
                "last_at": now,
            },
            where=or_(fresh, attempts.attempts < limit),
        )
        .returning(attempts.attempts)
    )
    return result.one_or_none() is not None


async def read_window_start(transaction: Transaction, scope: str) -> datetime | None:
    """Return when the window of a scope began."""
    result = await transaction.execute(
        select(proofing_attempts.c.window_start).where(proofing_attempts.c.scope == scope)
    )
    start: datetime | None = result.scalar_one_or_none()
    return start


async def give_back_attempt(transaction: Transaction, scopes: Sequence[str]) -> None:
    """Take back one attempt in each scope."""
    await transaction.execute(
        update(proofing_attempts)
        .where(
            and_(proofing_attempts.c.scope.in_(sorted(scopes)), proofing_attempts.c.attempts > 0)
        )
        .values(attempts=proofing_attempts.c.attempts - 1)
    )


async def purge_attempts(database: Database, before: datetime) -> int:
    """Delete counters that were last used before a moment; returns how many."""
    return await delete_in_batches(database, proofing_attempts.c.last_at, before)
