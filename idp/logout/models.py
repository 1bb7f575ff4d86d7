"""Tables of the logout room: the ledger of who was told."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from idp.storage.metadata import Id, UtcDateTime, metadata

logout_deliveries = Table(
    "logout_deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("logout_id", Id, nullable=False),
    Column("account_id", Id, nullable=False),
    Column("session_id", Id, nullable=False),
    Column("client_id", String(128), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_result", String(64)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("browser_asked_at", UtcDateTime),
    Index("ix_logout_deliveries_logout_id", "logout_id"),
    Index("ix_logout_deliveries_created_at", "created_at"),
    # A client pages through its own rows by time; `id` makes the order total.
    Index("ix_logout_deliveries_client_id", "client_id", "created_at", "id"),
)
