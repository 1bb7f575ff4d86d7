"""Tables of the sessions room."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, String, Table

from idp.storage.metadata import Id, Json, UtcDateTime, metadata

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("account_id", Id, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("auth_time", UtcDateTime, nullable=False),
    Column("acr", String(128), nullable=False),
    Column("amr", Json, nullable=False),
    Column("device", String(120), nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("idle_expires_at", UtcDateTime, nullable=False),
    Column("absolute_expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("end_reason", String(32)),
    Index("ix_sessions_account_id", "account_id"),
    Index("ix_sessions_absolute_expires_at", "absolute_expires_at"),
    # A visit finds room on the row's own page, and then touches no index: none has its columns.
    postgresql_with={"fillfactor": 80},
)
