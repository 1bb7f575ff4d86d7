"""Which database errors mean `try again later` and which mean that we are wrong."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# SQLSTATE classes and codes (PostgreSQL appendix A).
_CLASSES = (
    "08",  # connection exception
    "40",  # rolled back: serialization failure, deadlock
    "53",  # insufficient resources: disk full, too many connections
    "57",  # operator intervention: shutting down, starting up, statement timeout
    "58",  # system error
)
_CODES = frozenset(
    {
        "25006",  # read-only: connected to a standby, in the middle of a failover
        "25P03",  # idle in transaction for too long
        "55P03",  # a lock was not available in time
    }
)


def is_outage(error: BaseException) -> bool:
    """Whether the database could not do what was asked at this moment, for no fault of ours."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeoutError | OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    # A migration changed what a prepared statement returns; the driver prepares it anew next time.
    if isinstance(error.orig, AsyncAdapt_asyncpg_dbapi.InvalidCachedStatementError):
        return True
    state = getattr(error.orig, "sqlstate", None) or ""
    return state.startswith(_CLASSES) or state in _CODES
