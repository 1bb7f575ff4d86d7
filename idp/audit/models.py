"""Tables of the audit room."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from idp.storage.metadata import Id, Json, UtcDateTime, metadata

audit_events = Table(
    "audit_events",
    metadata,
    Column("chain_id", Id, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("tag", String(64), nullable=False),
    Column("account_id", Id),
    Column("client_id", String(128)),
    Column("session_id", Id),
    Column("trace_id", String(32)),
    Column("detail", Json, nullable=False),
    Column("previous_hash", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Index("ix_audit_events_account_id_at", "account_id", "at"),
    Index("ix_audit_events_at", "at"),
)

audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("heads", Json, nullable=False),
    Column("previous_hash", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)
