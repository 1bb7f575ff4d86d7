"""Queries of the sessions room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, and_, bindparam, insert, select, update

from idp.sessions.models import sessions
from idp.storage.database import Database, Transaction
from idp.storage.metadata import UtcDateTime
from idp.storage.prepared import Prepared
from idp.storage.purging import delete_in_batches


def is_live(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The condition under which a session row still stands for a signed-in person."""
    return and_(
        sessions.c.ended_at.is_(None),
        sessions.c.idle_expires_at > now,
        sessions.c.absolute_expires_at > now,
    )


_NOW = bindparam("now", type_=UtcDateTime)
_IS_LIVE = and_(sessions.c.token_hash == bindparam("token"), is_live(_NOW))
_READ_LIVE = Prepared(select(sessions).where(_IS_LIVE))
_TOUCH_LIVE = Prepared(
    update(sessions)
    .where(_IS_LIVE)
    .values(last_seen_at=_NOW, idle_expires_at=bindparam("idle_until"))
    .returning(sessions)
)


async def insert_session(transaction: Transaction, row: dict[str, Any]) -> None:
    """Store a new session."""
    await transaction.execute(insert(sessions).values(**row))


async def read_live(transaction: Transaction, token_hash: bytes, now: datetime) -> Row[Any] | None:
    """Return the live session with this cookie, if there is one."""
    return await transaction.fetch_one(_READ_LIVE, {"token": token_hash, "now": now})


async def touch_live(
    transaction: Transaction, token_hash: bytes, now: datetime, idle_expires_at: datetime
) -> Row[Any] | None:
    """Note a visit and return the live session, in one statement."""
    return await transaction.fetch_one(
        _TOUCH_LIVE, {"token": token_hash, "now": now, "idle_until": idle_expires_at}
    )


async def renew_session(
    transaction: Transaction, session_id: str, now: datetime, values: dict[str, Any]
) -> Row[Any] | None:
    """Change a session that is still live and return it."""
    result = await transaction.execute(
        update(sessions)
        .where(and_(sessions.c.id == session_id, is_live(now)))
        .values(**values)
        .returning(sessions)
    )
    return result.one_or_none()


async def read_live_of_account(
    transaction: Transaction, account_id: str, now: datetime
) -> list[Row[Any]]:
    """Return an account's live sessions, newest first."""
    result = await transaction.execute(
        select(sessions)
        .where(and_(sessions.c.account_id == account_id, is_live(now)))
        .order_by(sessions.c.started_at.desc())
    )
    return list(result.all())


async def end_session(
    transaction: Transaction, session_id: str, now: datetime, reason: str
) -> Row[Any] | None:
    """End a session that has not ended; returns it, or None when there was nothing to end."""
    result = await transaction.execute(
        update(sessions)
        .where(and_(sessions.c.id == session_id, sessions.c.ended_at.is_(None)))
        .values(ended_at=now, end_reason=reason)
        .returning(sessions)
    )
    return result.one_or_none()


async def lock_sessions_of_account(transaction: Transaction, account_id: str) -> None:
    """Wait for whoever is redeeming a code in one of an account's sessions, and keep others from
    beginning to, until the transaction ends."""
    await transaction.execute(
        select(sessions.c.id)
        .where(and_(sessions.c.account_id == account_id, sessions.c.ended_at.is_(None)))
        .with_for_update()
    )


async def end_sessions_of_account(
    transaction: Transaction, account_id: str, now: datetime, reason: str, except_id: str | None
) -> list[str]:
    """End an account's sessions; returns their ids."""
    condition = and_(sessions.c.account_id == account_id, sessions.c.ended_at.is_(None))
    if except_id is not None:
        condition = and_(condition, sessions.c.id != except_id)
    result = await transaction.execute(
        update(sessions)
        .where(condition)
        .values(ended_at=now, end_reason=reason)
        .returning(sessions.c.id)
    )
    return list(result.scalars())


async def purge_sessions(database: Database, before: datetime) -> int:
    """Delete sessions whose last possible moment was before `before`; returns how many."""
    return await delete_in_batches(database, sessions.c.absolute_expires_at, before)
