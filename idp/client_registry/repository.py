"""Queries of the client registry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update

from idp.client_registry.models import clients, initial_access_tokens
from idp.storage.database import Database, Transaction
from idp.storage.purging import delete_in_batches

ACTIVE = "active"
DISABLED = "disabled"


async def read_client(
    transaction: Transaction, client_id: str, *, lock: bool = False
) -> Row[Any] | None:
    """Return a client in any status; with `lock` nobody else changes it until the commit."""
    query = select(clients).where(clients.c.client_id == client_id)
    result = await transaction.execute(query.with_for_update() if lock else query)
    return result.one_or_none()


async def read_clients(transaction: Transaction) -> list[Row[Any]]:
    """Return all clients, ordered by id."""
    result = await transaction.execute(select(clients).order_by(clients.c.client_id))
    return list(result.all())


async def read_changed_since(transaction: Transaction, since: datetime) -> list[Row[Any]]:
    """Return the clients that were changed at or after `since`."""
    result = await transaction.execute(select(clients).where(clients.c.updated_at >= since))
    return list(result.all())


async def insert_client(transaction: Transaction, row: dict[str, Any]) -> None:
    """Store a new client."""
    await transaction.execute(insert(clients).values(**row))


async def update_client(transaction: Transaction, client_id: str, values: dict[str, Any]) -> None:
    """Change a client."""
    await transaction.execute(
        update(clients).where(clients.c.client_id == client_id).values(**values)
    )


async def insert_initial_access_token(transaction: Transaction, row: dict[str, Any]) -> None:
    """Store a new initial access token."""
    await transaction.execute(insert(initial_access_tokens).values(**row))


async def is_initial_access_token_valid(
    transaction: Transaction, token_hash: bytes, now: datetime
) -> bool:
    """Whether a token has a use left."""
    query = select(initial_access_tokens.c.id).where(*_is_valid(token_hash, now))
    return (await transaction.execute(query)).first() is not None


async def spend_initial_access_token(
    transaction: Transaction, token_hash: bytes, now: datetime
) -> str | None:
    """Take one use of a token; returns the token's id, or None when there is none left."""
    statement = (
        update(initial_access_tokens)
        .where(*_is_valid(token_hash, now))
        .values(uses_left=initial_access_tokens.c.uses_left - 1)
        .returning(initial_access_tokens.c.id)
    )
    return (await transaction.execute(statement)).scalar_one_or_none()


def _is_valid(token_hash: bytes, now: datetime) -> tuple[ColumnElement[bool], ...]:
    columns = initial_access_tokens.c
    return columns.token_hash == token_hash, columns.uses_left > 0, columns.expires_at > now


async def purge_initial_access_tokens(database: Database, before: datetime) -> int:
    """Delete tokens that expired before a moment; returns how many."""
    return await delete_in_batches(database, initial_access_tokens.c.expires_at, before)
