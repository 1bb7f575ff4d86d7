"""Tables of the tokens room."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, text

from idp.storage.metadata import Id, Json, UtcDateTime, metadata

token_families = Table(
    "token_families",
    metadata,
    Column("id", Id, primary_key=True),
    # Claims the authorization: whoever inserts the row has redeemed the code, nobody else can.
    Column("authorization_id", Id, nullable=False, unique=True),
    Column("account_id", Id, nullable=False),
    Column("session_id", Id, nullable=False),
    Column("client_id", String(128), nullable=False),
    Column("scope", Text, nullable=False),
    Column("claims", Json, nullable=False),
    # Protected resources the tokens may be for (RFC 8707); empty for this service's own.
    Column("resources", Json, nullable=False),
    Column("acr", String(128), nullable=False),
    Column("amr", Json, nullable=False),
    Column("auth_time", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("rotated_at", UtcDateTime),
    Column("is_offline", Boolean, nullable=False),
    Column("idle_expires_at", UtcDateTime, nullable=False),
    Column("absolute_expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("revoke_reason", String(32)),
    Index("ix_token_families_session_id", "session_id"),
    Index("ix_token_families_account_id", "account_id"),
    Index("ix_token_families_absolute_expires_at", "absolute_expires_at"),
    # For housekeeping. Most families are never revoked.
    Index(
        "ix_token_families_revoked_at",
        "revoked_at",
        postgresql_where=text("revoked_at IS NOT NULL"),
        sqlite_where=text("revoked_at IS NOT NULL"),
    ),
    # A refresh finds room on the row's own page, and then touches no index: none has its columns.
    postgresql_with={"fillfactor": 80},
)

revoked_access_tokens = Table(
    "revoked_access_tokens",
    metadata,
    Column("jti", String(43), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
