"""Queries of the authentication room: passwords, failures, known devices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Executable,
    Integer,
    Row,
    and_,
    bindparam,
    case,
    delete,
    insert,
    null,
    or_,
    select,
    update,
)

from idp.accounts.models import login_aliases, natural_persons
from idp.authn.models import failure_counters, known_devices, password_credentials
from idp.storage.database import Database, Transaction
from idp.storage.metadata import UtcDateTime
from idp.storage.prepared import Prepared
from idp.storage.purging import delete_in_batches
from idp.storage.upsert import insert_for, insert_into

_NOW = bindparam("now", type_=UtcDateTime)
_IS_SAME_COUNTER = and_(
    failure_counters.c.subject == bindparam("of_subject"),
    failure_counters.c.factor == bindparam("in_factor"),
)
_READ_SIGN_IN = Prepared(
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
    .where(
        and_(
            login_aliases.c.kind == bindparam("alias_kind"),
            login_aliases.c.blind_index == bindparam("index"),
        )
    )
)
_LOCK_PASSWORD = Prepared(
    select(password_credentials.c.hash)
    .where(password_credentials.c.account_id == bindparam("account"))
    .with_for_update()
)
_READ_STATUS = Prepared(
    select(natural_persons.c.status).where(natural_persons.c.id == bindparam("account"))
)
_READ_FAILURES = Prepared(select(failure_counters).where(_IS_SAME_COUNTER))
_DELETE_FAILURES = Prepared(delete(failure_counters).where(_IS_SAME_COUNTER))
_READ_DEVICE = Prepared(
    select(known_devices.c.account_id).where(
        and_(
            known_devices.c.token_hash == bindparam("token"),
            known_devices.c.account_id == bindparam("account"),
            known_devices.c.expires_at > _NOW,
        )
    )
)
_INSERT_DEVICE = Prepared(insert(known_devices))
_TOUCH_DEVICE = Prepared(
    update(known_devices)
    .where(known_devices.c.token_hash == bindparam("token"))
    .values(last_used_at=_NOW, expires_at=bindparam("known_until"))
)
_NEWEST_DEVICES = (
    select(known_devices.c.token_hash)
    .where(known_devices.c.account_id == bindparam("account"))
    .order_by(known_devices.c.last_used_at.desc())
    .limit(bindparam("kept", type_=Integer))
)
_DELETE_OLDER_DEVICES = Prepared(
    delete(known_devices).where(
        and_(
            known_devices.c.account_id == bindparam("account"),
            known_devices.c.token_hash.not_in(_NEWEST_DEVICES),
        )
    )
)


async def read_sign_in(transaction: Transaction, kind: str, blind_index: bytes) -> Row[Any] | None:
    """Return account id, status, level and password hash (or None) behind an alias."""
    return await transaction.fetch_one(_READ_SIGN_IN, {"alias_kind": kind, "index": blind_index})


async def lock_password(transaction: Transaction, account_id: str) -> str | None:
    """Return the password hash and keep it from changing until the transaction ends."""
    row = await transaction.fetch_one(_LOCK_PASSWORD, {"account": account_id})
    return row.hash if row else None


async def read_status(transaction: Transaction, account_id: str) -> str | None:
    """Return the status of an account."""
    row = await transaction.fetch_one(_READ_STATUS, {"account": account_id})
    return row.status if row else None


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
    statement = _count_failure(tuple(number for number, _ in delays), cap)
    ends = {f"end_{number}": end for number, end in delays}
    values = {"of_subject": key[0], "in_factor": key[1], "now": now, **ends}
    return await transaction.fetch_one(statement, values) is not None


@cache
def _count_failure(numbers: tuple[int, ...], cap: int) -> Prepared:
    """Return the statement for waits that begin with the failures `numbers`: the same all the
    time, as the settings are."""
    counters = failure_counters.c
    number = counters.failures + 1
    *earlier, last = ((nth, bindparam(f"end_{nth}", type_=UtcDateTime)) for nth in numbers)
    blocked_until = case(
        (number < numbers[0], null()),
        *((number == nth, end) for nth, end in earlier),
        else_=last[1],
    )

    def build(dialect: str) -> Executable:
        return (
            insert_for(dialect, failure_counters)
            .values(
                subject=bindparam("of_subject"),
                factor=bindparam("in_factor"),
                failures=1,
                blocked_until=None,
                last_at=_NOW,
            )
            .on_conflict_do_update(
                index_elements=["subject", "factor"],
                set_={"failures": number, "blocked_until": blocked_until, "last_at": _NOW},
                where=and_(
                    counters.failures < cap,
                    or_(counters.blocked_until.is_(None), counters.blocked_until <= _NOW),
                ),
            )
            .returning(counters.failures)
        )

    return Prepared(build)


async def read_failures(transaction: Transaction, subject: str, factor: str) -> Row[Any] | None:
    """Return the counter of a subject and factor."""
    values = {"of_subject": subject, "in_factor": factor}
    return await transaction.fetch_one(_READ_FAILURES, values)


async def delete_failures(transaction: Transaction, subjects: Sequence[str], factor: str) -> None:
    """Forget the failures of subjects in one factor."""
    rows = [{"of_subject": subject, "in_factor": factor} for subject in subjects]
    await transaction.run_each(_DELETE_FAILURES, rows)


async def purge_failures(database: Database, before: datetime) -> int:
    """Delete counters whose last failure was before a moment; returns how many."""
    return await delete_in_batches(database, failure_counters.c.last_at, before)


async def read_device(
    transaction: Transaction, token_hash: bytes, account_id: str, now: datetime
) -> bool:
    """Return whether a browser is known to an account."""
    values = {"token": token_hash, "account": account_id, "now": now}
    return await transaction.fetch_one(_READ_DEVICE, values) is not None


async def insert_device(transaction: Transaction, row: dict[str, Any]) -> None:
    """Remember a browser."""
    await transaction.fetch(_INSERT_DEVICE, row)


async def touch_device(
    transaction: Transaction, token_hash: bytes, now: datetime, expires_at: datetime
) -> None:
    """Note that a known browser was used."""
    values = {"token": token_hash, "now": now, "known_until": expires_at}
    await transaction.fetch(_TOUCH_DEVICE, values)


async def keep_newest_devices(transaction: Transaction, account_id: str, kept: int) -> None:
    """Forget the browsers of an account beyond the `kept` used last."""
    await transaction.fetch(_DELETE_OLDER_DEVICES, {"account": account_id, "kept": kept})


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
