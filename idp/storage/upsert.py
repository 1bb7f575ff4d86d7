"""`INSERT ... ON CONFLICT`, which SQLite and PostgreSQL share and SQLAlchemy spells twice."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from idp.storage.database import Transaction


def insert_into(transaction: Transaction, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an insert that offers `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_for(transaction.dialect, table)


def insert_for(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return the same for a dialect by name, as a prepared statement asks for it."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
