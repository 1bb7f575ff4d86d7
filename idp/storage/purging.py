"""Deleting what has had its time, a batch at a time.

One DELETE for a whole backlog may take longer than the database gives any statement; it would
then be undone, and tried again with more to do. Batches are committed one by one: what is gone
stays gone, others wait for a moment at most, and a run ends although more may be left.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Delete, and_, delete, select, tuple_

from idp.storage.database import Database

BATCH_ROWS = 1000
BATCHES_PER_RUN = 200


async def delete_in_batches(
    database: Database,
    column: Column[datetime],
    before: datetime,
    only: ColumnElement[bool] | None = None,
    *,
    rows: int = BATCH_ROWS,
    batches: int = BATCHES_PER_RUN,
) -> int:
    """Delete the rows whose `column` is before a moment, the oldest first; returns how many.

    `column` needs an index, and its table a primary key. `only` narrows the choice further; where
    it spares more than a few rows the index has to know it. At most `batches` transactions of
    `rows` rows each; the next run goes on. Raises DatabaseUnavailableError; what earlier batches
    deleted stays deleted.
    """
    deleted = 0
    for _ in range(batches):
        async with database.write() as transaction:
            statement = _delete_batch(column, before, only, rows, transaction.dialect)
            count = (await transaction.execute(statement)).rowcount
        deleted += count
        if count < rows:
            break
    return deleted


def _delete_batch(
    column: Column[datetime],
    before: datetime,
    only: ColumnElement[bool] | None,
    rows: int,
    dialect: str,
) -> Delete:
    table = column.table
    key: list[ColumnElement[Any]] = list(table.primary_key)
    condition = column < before if only is None else and_(column < before, only)
    # In the order of the index, which so gives the rows without looking at those that stay.
    batch = select(*key).where(condition).order_by(column).limit(rows)
    whole = key[0] if len(key) == 1 else tuple_(*key)
    if dialect == "sqlite":
        # Runs it once, and does not count what is deleted when a table expression comes first.
        return delete(table).where(whole.in_(batch))
    # A row that somebody renews at this moment is left alone, and so is another's batch. A common
    # table expression is run once; a plain subquery PostgreSQL may run again, and so delete more.
    chosen = batch.with_for_update(skip_locked=True).cte("chosen")
    return delete(table).where(whole.in_(select(chosen)))
