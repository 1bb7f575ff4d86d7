"""Counting and timing SQL statements, by kind and never by text."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

from prometheus_client import Counter, Histogram
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from idp.observability import metrics

_STARTED = "tongxing_started"
_KINDS = frozenset({"select", "insert", "update", "delete"})


def meter_statements(engine: AsyncEngine) -> None:
    """Count and time every SQL statement by its kind: select, insert, update, delete, other."""

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def before(connection: Connection, *_rest: object) -> None:
        connection.info[_STARTED] = time.perf_counter()

    @event.listens_for(engine.sync_engine, "after_cursor_execute")
    def after(connection: Connection, _cursor: Any, statement: str, *_rest: object) -> None:
        count, duration = _meters(statement)
        count.inc()
        duration.observe(time.perf_counter() - connection.info[_STARTED])


@lru_cache(maxsize=256)
def _meters(statement: str) -> tuple[Counter, Histogram]:
    """Remembered by text, because finding out costs more than counting."""
    word = statement.lstrip()[:6].lower()
    kind = word if word in _KINDS else "other"
    return metrics.SQL_STATEMENTS.labels(kind), metrics.SQL_DURATION.labels(kind)
