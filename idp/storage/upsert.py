"""`INSERT ... ON CONFLICT`, which SQLite and PostgreSQL share and SQLAlchemy spells twice."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from idp.storage.database import Transaction


def insert_into(transaction: Transaction, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an insert that offers `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if transaction.dialect == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
