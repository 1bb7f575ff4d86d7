"""Settings of the storage room."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class StorageSettings(BaseModel):
    """Where the SQL database and the ephemeral store are."""

    model_config = ConfigDict(extra="forbid")

    database_url: str = ""
    """SQLAlchemy URL: `postgresql+asyncpg://user:password@host/name` in production. Empty in the
    embedded home, which keeps `tongxing.db` (SQLite) in the data folder."""

    redis_url: str = ""
    """`redis://`, `rediss://` or `unix://` URL of a Redis 7 or Valkey server. Empty in the
    embedded home, which starts a Valkey of its own on a socket in the data folder."""

    pool_size: int = Field(default=10, ge=1, le=200)
    """Database connections that one worker keeps open."""

    pool_timeout: float = Field(default=3.0, gt=0, le=60)
    """Seconds a request waits for a free connection before it is answered 503."""

    statement_timeout: float = Field(default=5.0, gt=0, le=120)
    """Seconds after which PostgreSQL gives up a statement."""
