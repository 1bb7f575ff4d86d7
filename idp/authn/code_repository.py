"""Queries of the authentication room: one-time codes and how many were sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, case, insert, literal, or_, select, update

from idp.authn.models import code_sendings, one_time_codes
from idp.storage.database import Database, Transaction
from idp.storage.metadata import UtcDateTime
from idp.storage.purging import delete_in_batches
from idp.storage.upsert import insert_into


@dataclass(frozen=True, slots=True)
class CodeKey:
    """What a code is bound to; all of it has to fit."""

    code_id: str
    purpose: str
    target_index: bytes = field(repr=False)
    reference_hash: bytes = field(repr=False)


async def end_earlier_codes(
    transaction: Transaction, purpose: str, reference_hash: bytes, now: datetime
) -> None:
    """End the codes that were sent before for the same reference."""
    await transaction.execute(
        update(one_time_codes)
        .where(
            and_(
                one_time_codes.c.reference_hash == reference_hash,
                one_time_codes.c.purpose == purpose,
                one_time_codes.c.ended_at.is_(None),
            )
        )
        .values(ended_at=now)
    )


async def insert_code(transaction: Transaction, row: dict[str, Any]) -> None:
    """Store a code."""
    await transaction.execute(insert(one_time_codes).values(**row))


async def count_try(
    transaction: Transaction, key: CodeKey, now: datetime, limit: int
) -> Row[Any] | None:
    """Count one try of a usable code and return its `mac`, `tries` and `account_id`."""
    result = await transaction.execute(
        update(one_time_codes)
        .where(
            and_(
                one_time_codes.c.id == key.code_id,
                one_time_codes.c.purpose == key.purpose,
                one_time_codes.c.target_index == key.target_index,
                one_time_codes.c.reference_hash == key.reference_hash,
                one_time_codes.c.ended_at.is_(None),
                one_time_codes.c.expires_at > now,
                one_time_codes.c.tries < limit,
            )
        )
        .values(tries=one_time_codes.c.tries + 1)
        .returning(one_time_codes.c.mac, one_time_codes.c.tries, one_time_codes.c.account_id)
    )
    return result.one_or_none()


async def claim_code(transaction: Transaction, code_id: str, now: datetime) -> bool:
    """Use a code up; False when somebody else did."""
    result = await transaction.execute(
        update(one_time_codes)
        .where(and_(one_time_codes.c.id == code_id, one_time_codes.c.ended_at.is_(None)))
        .values(ended_at=now)
        .returning(one_time_codes.c.id)
    )
    return result.one_or_none() is not None


async def purge_codes(database: Database, before: datetime) -> int:
    """Delete codes that expired before a moment; returns how many."""
    return await delete_in_batches(database, one_time_codes.c.expires_at, before)


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit` in `window`, at least `pause` apart."""

    limit: int
    window: timedelta
    pause: timedelta = timedelta(0)


async def count_sending(transaction: Transaction, scope: str, now: datetime, quota: Quota) -> bool:
    """Count one sending within `scope`; False when the quota is used up."""
    sendings = code_sendings.c
    fresh = sendings.window_start <= now - quota.window
    free = or_(fresh, sendings.sent < quota.limit)
    if quota.pause:
        free = and_(free, sendings.last_at <= now - quota.pause)
    result = await transaction.execute(
        insert_into(transaction, code_sendings)
        .values(scope=scope, window_start=now, sent=1, last_at=now)
        .on_conflict_do_update(
            index_elements=["scope"],
            set_={
                "sent": case((fresh, 1), else_=sendings.sent + 1),
                "window_start": case(
                    (fresh, literal(now, UtcDateTime())), else_=sendings.window_start
                ),
                "last_at": now,
            },
            where=free,
        )
        .returning(sendings.sent)
    )
    return result.one_or_none() is not None


async def read_sending(transaction: Transaction, scope: str) -> Row[Any] | None:
    """Return the counter of a scope."""
    result = await transaction.execute(select(code_sendings).where(code_sendings.c.scope == scope))
    return result.one_or_none()


async def purge_sendings(database: Database, before: datetime) -> int:
    """Delete counters that were last used before a moment; returns how many."""
    return await delete_in_batches(database, code_sendings.c.last_at, before)
