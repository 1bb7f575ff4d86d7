"""The identifiers of the request being served, carried by contextvars into every log line.

W3C Trace Context, section 3.2 (https://www.w3.org/TR/trace-context/).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_TRACEPARENT = re.compile(
    r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """`trace_id`: 32 hex digits, upstream's when trusted. `request_id`: 16, ours alone."""

    trace_id: str
    request_id: str


_current: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)


def current_request() -> RequestContext | None:
    """Return the context of the request being served, or None outside of one."""
    return _current.get()


def current_trace_id() -> str | None:
    """Return the trace identifier (32 hex digits) of the request or job being served, if any."""
    context = _current.get()
    return context.trace_id if context else None


def new_trace_id() -> str:
    """Return 32 random hex digits, never all zero."""
    return secrets.token_hex(16)


def trace_id_from_traceparent(header: str) -> str | None:
    """Return the trace identifier in a `traceparent` header, or None if it is not a valid one."""
    match = _TRACEPARENT.fullmatch(header.strip())
    if match is None:
        return None
    version, trace_id, parent_id, more = match.groups()
    if version == "ff" or (version == "00" and more):
        return None
    if not trace_id.strip("0") or not parent_id.strip("0"):
        return None
    return trace_id


@contextmanager
def request_context(trace_id: str | None = None) -> Iterator[RequestContext]:
    """Name the current request (or job run) for everything logged inside the block."""
    context = RequestContext(trace_id or new_trace_id(), secrets.token_hex(8))
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
