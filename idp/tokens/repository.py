"""Queries about token families; those of the hot paths are in `principal_repository`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, and_, func, select, update

from idp.storage.database import Database, Transaction
from idp.storage.purging import delete_in_batches
from idp.storage.upsert import insert_into
from idp.tokens.models import revoked_access_tokens, token_families

Condition: TypeAlias = ColumnElement[bool]
"""Which families are meant; made by the functions below and by nobody else."""


async def revoke_families(
    transaction: Transaction, condition: ColumnElement[bool], now: datetime, reason: str
) -> list[Row[Any]]:
    """Revoke the families that match and are not revoked yet; returns them."""
    result = await transaction.execute(
        update(token_families)
        .where(and_(condition, token_families.c.revoked_at.is_(None)))
        .values(revoked_at=now, revoke_reason=reason)
        .returning(token_families)
    )
    return list(result.all())


def of_authorization(authorization_id: str) -> ColumnElement[bool]:
    """The family that grew from this authorization's code."""
    return token_families.c.authorization_id == authorization_id


def with_id(family_id: str) -> ColumnElement[bool]:
    """This family."""
    return token_families.c.id == family_id


def online_in(session_ids: Sequence[str]) -> ColumnElement[bool]:
    """Families that live no longer than the session they were made in."""
    return and_(
        token_families.c.session_id.in_(session_ids), token_families.c.is_offline.is_(False)
    )


def of_account(account_id: str, client_id: str | None = None) -> ColumnElement[bool]:
    """All families of an account, or those at one client."""
    condition = token_families.c.account_id == account_id
    return (
        condition if client_id is None else and_(condition, token_families.c.client_id == client_id)
    )


async def is_access_token_revoked(transaction: Transaction, jti: str) -> bool:
    """Whether one access token was revoked by name."""
    result = await transaction.execute(
        select(revoked_access_tokens.c.jti).where(revoked_access_tokens.c.jti == jti)
    )
    return result.one_or_none() is not None


async def revoke_access_token(transaction: Transaction, jti: str, expires_at: datetime) -> None:
    """Remember that one access token was revoked, until it would have expired."""
    await transaction.execute(
        insert_into(transaction, revoked_access_tokens)
        .values(jti=jti, expires_at=expires_at)
        .on_conflict_do_nothing()
    )


async def read_clients_of_sessions(
    transaction: Transaction, session_ids: Sequence[str]
) -> list[tuple[str, str]]:
    """Return the distinct (session id, client id) pairs that were entered."""
    result = await transaction.execute(
        select(token_families.c.session_id, token_families.c.client_id)
        .where(token_families.c.session_id.in_(session_ids))
        .distinct()
        .order_by(token_families.c.client_id)
    )
    return [(row.session_id, row.client_id) for row in result]


async def purge_tokens(database: Database, keep_until: datetime) -> int:
    """Delete what can no longer be presented; returns how many rows.

    Everything stays until `keep_until` lets it go: a late replay of a code is still recognised,
    and a host whose clock is ahead does not let a revoked token live again (R59).
    """
    families = token_families.c
    return (
        await delete_in_batches(database, revoked_access_tokens.c.expires_at, keep_until)
        + await delete_in_batches(database, families.absolute_expires_at, keep_until)
        + await delete_in_batches(database, families.revoked_at, keep_until)
    )


async def read_offline_clients(
    transaction: Transaction, account_id: str, now: datetime
) -> dict[str, datetime]:
    """Return the clients that hold a living offline family of an account, each with the time at
    which its last one ends in any case."""
    family = token_families.c
    result = await transaction.execute(
        select(family.client_id, func.max(family.absolute_expires_at).label("until"))
        .where(
            and_(
                family.account_id == account_id,
                family.is_offline.is_(True),
                family.revoked_at.is_(None),
                family.idle_expires_at > now,
                family.absolute_expires_at > now,
            )
        )
        .group_by(family.client_id)
    )
    return {row.client_id: row.until for row in result}
