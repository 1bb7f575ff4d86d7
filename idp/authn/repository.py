"""Queries of the authentication room: passwords, failures, known devices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, case, delete, insert, literal, null, or_, select, update

from idp.accounts.models import login_aliases, natural_persons
from idp.authn.models import failure_counters, known_devices, password_credentials
from idp.storage.database import Database, Transaction
from idp.storage.metadata import UtcDateTime
from idp.storage.purging import delete_in_batches
from idp.storage.upsert import insert_into


async def read_sign_in(transaction: Transaction, kind: str, blind_index: bytes) -> Row[Any] | None:
    """Return account id, status, level and password hash (or None) behind an alias."""
    result = await transaction.execute(
        select(
            natural_persons.c.id,
            natural_persons.c.status,
            natural_persons.c.identity_level,
            natural_persons.c.level_expires_at,
            password_credentials.c.hash,
        )
        .select_from(login_aliases)
        .join(natural_persons, natural_persons.c.id == login_aliases.c.account_id)
        .outerjoin(
            password_credentials, password_credentials.c.account_id == login_aliases.c.account_id
        )
        .where(and_(login_aliases.c.kind == kind, login_aliases.c.blind_index == blind_index))
    )
    return result.one_or_none()


async def lock_password(transaction: Transaction, account_id: str) -> str | None:
    """Return the password hash and keep it from changing until the transaction ends."""
    result = await transaction.execute(
        select(password_credentials.c.hash)
        .where(password_credentials.c.account_id == account_id)
        .with_for_update()
    )
    stored: str | None = result.scalar_one_or_none()
    return stored


async def read_status(transaction: Transaction, account_id: str) -> str | None:
    """Return the status of an account."""
    result = await transaction.execute(
        select(natural_persons.c.status).where(natural_persons.c.id == account_id)
    )
    status: str | None = result.scalar_one_or_none()
    return status


async def put_password(
    transaction: Transaction, account_id: str, password_hash: str, now: datetime
) -> None:
    """Set an account's password, whether it had one or not."""
    values = {"hash": password_hash, "set_at": now, "updated_at": now}
    await transaction.execute(
        insert_into(transaction, password_credentials)
        .values(account_id=account_id, **values)
        .on_conflict_do_update(index_elements=["account_id"], set_=values)
    )


async def upgrade_password(
    transaction: Transaction, account_id: str, old_hash: str, new_hash: str, now: datetime
) -> bool:
    """Replace one hash of a password by another; False when it was changed meanwhile."""
    result = await transaction.execute(
        update(password_credentials)
        .where(
            and_(
                password_credentials.c.account_id == account_id,
                password_credentials.c.hash == old_hash,
            )
        )
        .values(hash=new_hash, updated_at=now)
        .returning(password_credentials.c.account_id)
    )
    return result.one_or_none() is not None


async def count_failure(
    transaction: Transaction,
    key: tuple[str, str],
    now: datetime,
    delays: Sequence[tuple[int, datetime]],
    cap: int,
) -> bool:
    """Count one attempt of (subject, factor) unless it is blocked; returns whether it counted."""
    counters = failure_counters.c
    number = counters.failures + 1
    first, last = delays[0], delays[-1]
    blocked_until = case(
        (number < first[0], null()),
        *((number == nth, literal(until, UtcDateTime())) for nth, until in delays[:-1]),
        else_=literal(last[1], UtcDateTime()),
    )
    result = await transaction.execute(
        insert_into(transaction, failure_counters)
        .values(subject=key[0], factor=key[1], failures=1, blocked_until=None, last_at=now)
        .on_conflict_do_update(
            index_elements=["subject", "factor"],
            set_={"failures": number, "blocked_until": blocked_until, "last_at": now},
            where=and_(
                counters.failures < cap,
                or_(counters.blocked_until.is_(None), counters.blocked_until <= now),
            ),
        )
        .returning(counters.failures)
    )
    return result.one_or_none() is not None


async def read_failures(transaction: Transaction, subject: str, factor: str) -> Row[Any] | None:
    """Return the counter of a subject and factor."""
    result = await transaction.execute(
        select(failure_counters).where(
            and_(failure_counters.c.subject == subject, failure_counters.c.factor == factor)
        )
    )
    return result.one_or_none()


async def delete_failures(transaction: Transaction, subjects: Sequence[str], factor: str) -> None:
    """Forget the failures of subjects in one factor."""
    await transaction.execute(
        delete(failure_counters).where(
            and_(
                failure_counters.c.subject.in_(list(subjects)),
                failure_counters.c.factor == factor,
            )
        )
    )


async def purge_failures(database: Database, before: datetime) -> int:
    """Delete counters whose last failure was before a moment; returns how many."""
    return await delete_in_batches(database, failure_counters.c.last_at, before)


async def read_device(
    transaction: Transaction, token_hash: bytes, account_id: str, now: datetime
) -> bool:
    """Return whether a browser is known to an account."""
    result = await transaction.execute(
        select(known_devices.c.account_id).where(
            and_(
                known_devices.c.token_hash == token_hash,
                known_devices.c.account_id == account_id,
                known_devices.c.expires_at > now,
            )
        )
    )
    return result.one_or_none() is not None


async def insert_device(transaction: Transaction, row: dict[str, Any]) -> None:
    """Remember a browser."""
    await transaction.execute(insert(known_devices).values(**row))


async def touch_device(
    transaction: Transaction, token_hash: bytes, now: datetime, expires_at: datetime
) -> None:
    """Note that a known browser was used."""
    await transaction.execute(
        update(known_devices)
        .where(known_devices.c.token_hash == token_hash)
        .values(last_used_at=now, expires_at=expires_at)
    )


async def keep_newest_devices(transaction: Transaction, account_id: str, kept: int) -> None:
    """Forget the browsers of an account beyond the `kept` used last."""
    newest = (
        select(known_devices.c.token_hash)
        .where(known_devices.c.account_id == account_id)
        .order_by(known_devices.c.last_used_at.desc())
        .limit(kept)
    )
    await transaction.execute(
        delete(known_devices).where(
            and_(
                known_devices.c.account_id == account_id,
                known_devices.c.token_hash.not_in(newest),
            )
        )
    )


async def delete_devices(transaction: Transaction, account_id: str) -> list[bytes]:
    """Forget all browsers of an account; returns their token hashes."""
    result = await transaction.execute(
        delete(known_devices)
        .where(known_devices.c.account_id == account_id)
        .returning(known_devices.c.token_hash)
    )
    return list(result.scalars())


async def purge_devices(database: Database, before: datetime) -> int:
    """Delete browsers that were known until a moment before `before`; returns how many."""
    return await delete_in_batches(database, known_devices.c.expires_at, before)
