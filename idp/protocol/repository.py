"""Queries of the protocol room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, insert, select

from idp.protocol.models import pushed_requests, used_jwt_ids
from idp.storage.database import Database, Transaction
from idp.storage.metadata import UtcDateTime
from idp.storage.prepared import Prepared
from idp.storage.purging import delete_in_batches
from idp.storage.upsert import insert_for

_CLAIM_JWT_ID = Prepared(
    lambda dialect: (
        insert_for(dialect, used_jwt_ids)
        .on_conflict_do_nothing()
        .returning(used_jwt_ids.c.expires_at)
    )
)


async def claim_jwt_id(transaction: Transaction, digest: bytes, expires_at: datetime) -> bool:
    """Insert the digest of a token's identifier; False when it was there before."""
    row = {"digest": digest, "expires_at": expires_at}
    return await transaction.fetch_one(_CLAIM_JWT_ID, row) is not None


async def purge_jwt_ids(database: Database, before: datetime) -> int:
    """Delete the identifiers of tokens that expired before a moment; returns how many."""
    return await delete_in_batches(database, used_jwt_ids.c.expires_at, before)


_READ_PUSHED = Prepared(
    select(pushed_requests.c.sealed).where(
        and_(
            pushed_requests.c.reference_hash == bindparam("reference"),
            pushed_requests.c.client_id == bindparam("client"),
            pushed_requests.c.created_at > bindparam("since", type_=UtcDateTime),
            ~exists().where(used_jwt_ids.c.digest == bindparam("once")),
        )
    )
)


async def insert_pushed_request(transaction: Transaction, row: dict[str, Any]) -> None:
    """Store a pushed request."""
    await transaction.execute(insert(pushed_requests).values(**row))


async def read_pushed_request(
    transaction: Transaction, reference: bytes, client_id: str, since: datetime, once: bytes
) -> bytes | None:
    """Return what a client pushed after `since` and nobody has answered yet."""
    values = {"reference": reference, "client": client_id, "since": since, "once": once}
    row = await transaction.fetch_one(_READ_PUSHED, values)
    return None if row is None else row.sealed


async def purge_pushed_requests(database: Database, before: datetime) -> int:
    """Delete requests that were pushed before a moment; returns how many."""
    return await delete_in_batches(database, pushed_requests.c.created_at, before)
