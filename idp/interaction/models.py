"""Tables of the hub."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table

from idp.storage.metadata import Id, UtcDateTime, metadata

interactions = Table(
    "interactions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("browser_hash", LargeBinary(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
