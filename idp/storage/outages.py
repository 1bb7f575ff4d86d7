"""Which database errors mean `try again later` and which mean that we are wrong."""

from __future__ import annotations

import sqlite3

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
    if isinstance(error, sqlite3.OperationalError):  # no file there to open
        return True
    if isinstance(error, AsyncAdapt_asyncpg_dbapi.Error):  # no connection to be had
        return is_passing_state(error.sqlstate or "")
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    # A migration changed what a prepared statement returns; the driver prepares it anew next time.
    if isinstance(error.orig, AsyncAdapt_asyncpg_dbapi.InvalidCachedStatementError):
        return True
    return is_passing_state(getattr(error.orig, "sqlstate", None) or "")


def is_passing_state(state: str) -> bool:
    """Whether a SQLSTATE says that the same may work later."""
    return state.startswith(_CLASSES) or state in _CODES
