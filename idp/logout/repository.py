"""Queries of the logout room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, or_, select, update

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


async def read_page_of_client(
    transaction: Transaction,
    client_id: str,
    since: datetime,
    before: tuple[datetime, str] | None,
    limit: int,
) -> list[Delivery]:
    """Return a client's deliveries since a moment, newest first; `before` is the time and the id of
    the last one that was seen."""
    ledger = logout_deliveries.c
    wanted = [ledger.client_id == client_id, ledger.created_at >= since]
    if before is not None:
        created_at, delivery_id = before
        wanted += [
            # Said once more alone, so that the index is entered at this very place.
            ledger.created_at <= created_at,
            or_(ledger.created_at < created_at, ledger.id < delivery_id),
        ]
    result = await transaction.execute(
        select(logout_deliveries)
        .where(and_(*wanted))
        .order_by(ledger.created_at.desc(), ledger.id.desc())
        .limit(limit)
    )
    return [Delivery.from_row(row) for row in result.all()]


async def note_browser_asked(
    transaction: Transaction, delivery_ids: Sequence[str], now: datetime
) -> None:
    """Note that the browser was asked to load these clients' logout addresses."""
    await transaction.execute(
        update(logout_deliveries)
        .where(logout_deliveries.c.id.in_(delivery_ids))
        .values(browser_asked_at=now)
    )


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
