"""Queries of the client registry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from idp.client_registry.models import clients
from idp.storage.database import Transaction

ACTIVE = "active"
DISABLED = "disabled"


async def read_client(transaction: Transaction, client_id: str) -> Row[Any] | None:
    """Return a client in any status."""
    result = await transaction.execute(select(clients).where(clients.c.client_id == client_id))
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
