"""Tables of the protocol room."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from idp.storage.metadata import UtcDateTime, metadata

used_jwt_ids = Table(
    "used_jwt_ids",
    metadata,
    # A digest of what the token was for, whose it was and its `jti`: whoever inserts the row was
    # the first to show it. Also of a pushed request that was answered.
    Column("digest", LargeBinary(32), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

pushed_requests = Table(
    "pushed_requests",
    metadata,
    # A digest of the reference, which is as good as the request itself.
    Column("reference_hash", LargeBinary(32), primary_key=True),
    Column("client_id", String(128), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)
