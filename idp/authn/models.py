"""Tables of the authentication room. All of them fail open if they vanish, so all are in SQL."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from idp.storage.metadata import Id, UtcDateTime, metadata

password_credentials = Table(
    "password_credentials",
    metadata,
    Column("account_id", Id, primary_key=True),
    Column("hash", String(512), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

failure_counters = Table(
    "failure_counters",
    metadata,
    Column("subject", String(96), primary_key=True),
    Column("factor", String(16), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("blocked_until", UtcDateTime),
    Column("last_at", UtcDateTime, nullable=False, index=True),
)

NOBODY = "nobody:"
"""How the subject of a counter begins that belongs to a name which no account has."""

known_devices = Table(
    "known_devices",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Index("ix_known_devices_account_id_last_used_at", "account_id", "last_used_at"),
)

one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("purpose", String(32), nullable=False),
    Column("target_index", LargeBinary(32), nullable=False),
    Column("reference_hash", LargeBinary(32), nullable=False),
    Column("account_id", Id),
    Column("mac", LargeBinary(32), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("ended_at", UtcDateTime),
    Index("ix_one_time_codes_reference_hash", "reference_hash"),
)

code_sendings = Table(
    "code_sendings",
    metadata,
    Column("scope", String(192), primary_key=True),
    Column("window_start", UtcDateTime, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False, index=True),
)
