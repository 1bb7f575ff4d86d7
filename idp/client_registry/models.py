"""Tables of the client registry."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from idp.storage.metadata import Id, Json, UtcDateTime, metadata

clients = Table(
    "clients",
    metadata,
    Column("client_id", String(128), primary_key=True),
    Column("client_metadata", Json, nullable=False),
    Column("secret_hash", LargeBinary(32)),
    # Only of a client that computes MACs with its secret (`client_secret_jwt`).
    Column("secret_sealed", LargeBinary),
    # Who registered it: `operator` by a file, or `registration` over the network.
    Column("source", String(16), nullable=False),
    # The token with which a client that registered itself reads and changes its registration.
    Column("registration_token_hash", LargeBinary(32)),
    Column("status", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False, index=True),
    # What was granted to the client before this moment is worth nothing any more.
    Column("not_before", UtcDateTime),
)

initial_access_tokens = Table(
    "initial_access_tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    # Whom it was given to, in the operator's words.
    Column("note", String(200), nullable=False),
    Column("uses_left", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)
