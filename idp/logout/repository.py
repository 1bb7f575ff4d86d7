"""Queries of the logout room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, select, update

from idp.logout.delivery import Delivery, DeliveryState
from idp.logout.models import logout_deliveries
from idp.storage.database import Database, Transaction
from idp.storage.purging import delete_in_batches


async def insert_deliveries(transaction: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Open the ledger of one logout."""
    if rows:
        await transaction.execute(insert(logout_deliveries).values(list(rows)))


async def read_delivery(transaction: Transaction, delivery_id: str) -> Delivery | None:
    """Return one delivery."""
    result = await transaction.execute(
        select(logout_deliveries).where(logout_deliveries.c.id == delivery_id)
    )
    row = result.one_or_none()
    return Delivery.from_row(row) if row else None


async def read_ledger(transaction: Transaction, logout_id: str) -> list[Delivery]:
    """Return the deliveries of one logout."""
    result = await transaction.execute(
        select(logout_deliveries)
        .where(logout_deliveries.c.logout_id == logout_id)
        .order_by(logout_deliveries.c.client_id)
    )
    return [Delivery.from_row(row) for row in result.all()]


async def settle(
    transaction: Transaction,
    delivery_id: str,
    state: DeliveryState,
    result_text: str,
    now: datetime,
) -> bool:
    """Move a pending delivery on; False when somebody else settled it."""
    settled = None if state is DeliveryState.PENDING else now
    result = await transaction.execute(
        update(logout_deliveries)
        .where(
            and_(
                logout_deliveries.c.id == delivery_id,
                logout_deliveries.c.state == DeliveryState.PENDING.value,
            )
        )
        .values(
            state=state.value,
            attempts=logout_deliveries.c.attempts + 1,
            last_result=result_text,
            settled_at=settled,
        )
    )
    return result.rowcount == 1


async def purge_deliveries(database: Database, before: datetime) -> int:
    """Delete the ledger of logouts before a moment, but for what is still pending; returns how
    many rows. By the time of the logout, since what no portal has to hear is never settled."""
    is_over = logout_deliveries.c.state != DeliveryState.PENDING.value
    return await delete_in_batches(database, logout_deliveries.c.created_at, before, is_over)
