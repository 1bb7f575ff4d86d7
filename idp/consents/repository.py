"""Queries of the consents room."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select

from idp.consents.models import consents
from idp.storage.database import Transaction
from idp.storage.prepared import Prepared
from idp.storage.upsert import insert_into

_READ_NEWEST = Prepared(
    select(consents)
    .where(
        and_(
            consents.c.account_id == bindparam("account"),
            consents.c.client_id == bindparam("client"),
        )
    )
    .order_by(consents.c.version.desc())
    .limit(1)
)


async def read_newest(transaction: Transaction, account_id: str, client_id: str) -> Row[Any] | None:
    """Return the newest decision of a person about a client."""
    return await transaction.fetch_one(_READ_NEWEST, {"account": account_id, "client": client_id})


async def read_newest_of_account(transaction: Transaction, account_id: str) -> list[Row[Any]]:
    """Return the newest decision of a person about each client."""
    newest = (
        select(consents.c.client_id, func.max(consents.c.version).label("version"))
        .where(consents.c.account_id == account_id)
        .group_by(consents.c.client_id)
        .subquery()
    )
    result = await transaction.execute(
        select(consents)
        .join(
            newest,
            and_(
                consents.c.client_id == newest.c.client_id,
                consents.c.version == newest.c.version,
            ),
        )
        .where(consents.c.account_id == account_id)
        .order_by(consents.c.decided_at.desc())
    )
    return list(result.all())


async def insert_decision(transaction: Transaction, row: dict[str, Any]) -> bool:
    """Add a decision; False when its version was taken by one made at the same moment."""
    result = await transaction.execute(
        insert_into(transaction, consents)
        .values(**row)
        .on_conflict_do_nothing()
        .returning(consents.c.version)
    )
    return result.one_or_none() is not None
