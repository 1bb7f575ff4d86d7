"""Tables of the enrolment room."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from idp.storage.metadata import Id, UtcDateTime, metadata

recoveries = Table(
    "recoveries",
    metadata,
    Column("id_hash", LargeBinary(32), primary_key=True),
    Column("account_id", Id, index=True),
    Column("phone_index", LargeBinary(32), nullable=False),
    Column("phone_sealed", LargeBinary, nullable=False),
    Column("locale", String(16), nullable=False),
    Column("code_id", Id),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("phone_proven_at", UtcDateTime),
    Column("identity_proven_at", UtcDateTime),
    Column("used_at", UtcDateTime),
)
