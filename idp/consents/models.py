"""Tables of the consents room. Rows are added, never changed: the highest version counts."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from idp.storage.metadata import Id, Json, UtcDateTime, metadata

consents = Table(
    "consents",
    metadata,
    Column("account_id", Id, primary_key=True),
    Column("client_id", String(128), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("scope", String(1000), nullable=False),
    Column("granted", Json, nullable=False),
    Column("refused", Json, nullable=False),
    Column("terms", Json, nullable=False),
    Column("terms_hash", LargeBinary(32), nullable=False),
)
