"""The last step before a log line is written: every key and value, nested, is cleaned.

Nothing above is trusted to have thought of it; exceptions and tracebacks pass here too (R51).
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from pathlib import PurePath
from uuid import UUID

from idp.observability.sensitive_keys import is_sensitive_key
from idp.observability.sensitive_patterns import REMOVED, redact_text

MAX_DEPTH = 6
MAX_ITEMS = 64
# Written by this room itself; random hexadecimal here must stay searchable.
_OURS = frozenset({"timestamp", "level", "logger", "trace_id", "request_id", "span_id"})
# An 11 digit mobile is the shortest number worth hiding.
_SHORTEST_PERSONAL_NUMBER = 10**10


def redact_event(event: Mapping[str, object]) -> dict[str, object]:
    """Return a copy of a log event that holds no credential and no personal data."""
    return {
        _clean_name(key): value if key in _OURS else _redact_entry(key, value, 0)
        for key, value in event.items()
    }


@lru_cache(maxsize=512)
def _clean_name(key: str) -> str:
    """The names of an event's own fields are few; those nested in its values may be anything."""
    return redact_text(key)


def _redact_entry(key: str, value: object, depth: int) -> object:
    if value is None or isinstance(value, bool):
        return value
    if is_sensitive_key(key):
        return REMOVED
    return redact_value(value, depth)


def redact_value(value: object, depth: int = 0) -> object:
    """Return `value` as JSON-ready, cleaned data; unknown objects become their cleaned `repr`."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return _redact_number(value)
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if depth >= MAX_DEPTH:
        return "[too deep]"
    return _redact_container(value, depth + 1)


def _redact_container(value: object, depth: int) -> object:
    if isinstance(value, Mapping):
        pairs = list(value.items())[:MAX_ITEMS]
        return {redact_text(str(k)): _redact_entry(str(k), v, depth) for k, v in pairs}
    if isinstance(value, list | tuple | Set):
        return [redact_value(item, depth) for item in list(value)[:MAX_ITEMS]]
    return _redact_object(value, depth)


def _redact_object(value: object, depth: int) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Enum):
        return redact_value(value.value, depth)
    if isinstance(value, BaseException):
        return redact_text(f"{type(value).__name__}: {value}")
    if isinstance(value, PurePath | type):
        return redact_text(str(value))
    return redact_text(repr(value))


def _redact_number(value: int) -> int | str:
    if abs(value) < _SHORTEST_PERSONAL_NUMBER:
        return value
    text = str(value)
    return value if redact_text(text) == text else REMOVED
