"""Tables of the client registry."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from idp.storage.metadata import Json, UtcDateTime, metadata

clients = Table(
    "clients",
    metadata,
    Column("client_id", String(128), primary_key=True),
    Column("client_metadata", Json, nullable=False),
    Column("secret_hash", LargeBinary(32)),
    Column("status", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False, index=True),
    # What was granted to the client before this moment is worth nothing any more.
    Column("not_before", UtcDateTime),
)
