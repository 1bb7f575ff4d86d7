"""Tables of the keys room."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from idp.storage.metadata import Json, UtcDateTime, metadata

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("kid", String(64), primary_key=True),
    Column("alg", String(16), nullable=False),
    Column("public_jwk", Json, nullable=False),
    Column("private_sealed", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("active_from", UtcDateTime, nullable=False),
    Column("published_until", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)
