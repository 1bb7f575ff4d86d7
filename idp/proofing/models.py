"""Tables of the proofing room."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from idp.storage.metadata import Id, Json, UtcDateTime, metadata

identity_evidence = Table(
    "identity_evidence",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("method", String(32), nullable=False),
    Column("source", String(64), nullable=False),
    Column("reference", String(128)),
    Column("level", Integer, nullable=False),
    Column("verified_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("detail", Json, nullable=False),
    Index("ix_identity_evidence_account_id_verified_at", "account_id", "verified_at"),
)

proofing_attempts = Table(
    "proofing_attempts",
    metadata,
    Column("scope", String(96), primary_key=True),
    Column("window_start", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False, index=True),
)
