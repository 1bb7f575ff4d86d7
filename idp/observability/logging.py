"""One JSON object per line on stderr, whoever logs: our code through structlog, libraries through
the standard library. Both pass the same chain, whose last steps are redaction and orjson.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, BinaryIO, Literal, TypeAlias

import orjson

from idp.observability.redaction import redact_event
from idp.observability.request_context import current_request

# Where structlog finds rich it loads it, to paint tracebacks on consoles: 4 MB in every worker, and
# workers write JSON. Only the command line paints, and it imports rich by itself.
_rich = sys.modules.get("rich")
sys.modules["rich"] = None  # type: ignore[assignment]  # the import system's sign for "not there"
import structlog  # noqa: E402

del sys.modules["rich"]
if _rich is not None:
    sys.modules["rich"] = _rich

# structlog's own alias: a value in a log event may be anything.
EventDict: TypeAlias = MutableMapping[str, Any]
Level: TypeAlias = Literal["DEBUG", "INFO", "WARNING", "ERROR"]

# Authlib logs whole tokens at DEBUG; httpx2 logs URLs with their query at INFO; access lines are
# written by our own middleware, which leaves the query out.
_LIBRARY_LEVELS = {
    "authlib": logging.CRITICAL,
    "uvicorn.access": logging.CRITICAL,
    "uvicorn.error": logging.WARNING,
    "httpx2": logging.WARNING,
    "httpcore2": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "asyncio": logging.WARNING,
    "alembic": logging.INFO,
}

_timestamp = structlog.processors.TimeStamper(fmt="iso", utc=True)


def _add_request(_logger: object, _method: str, event: EventDict) -> EventDict:
    context = current_request()
    if context is not None:
        event.setdefault("trace_id", context.trace_id)
        event.setdefault("request_id", context.request_id)
    return event


def render(event: EventDict) -> bytes:
    """Return the JSON line (without newline) of an event; never raises."""
    try:
        return orjson.dumps(redact_event(event), option=orjson.OPT_NON_STR_KEYS)
    except Exception as error:
        # A log line that cannot be written must not end a request.
        return orjson.dumps(
            {"level": "error", "event": "unloggable", "error": type(error).__name__}
        )


def _render(_logger: object, _method: str, event: EventDict) -> bytes:
    # structlog keeps the keyword `logger` to itself until here.
    event["logger"] = event.pop("room", "")
    return render(event)


class _JsonHandler(logging.Handler):
    """Sends records of the standard library through the same chain."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._stream.write(render(_event_of(record)) + b"\n")
            self._stream.flush()
        except (OSError, ValueError):
            # Nowhere left to complain: stderr itself is gone.
            return


def _event_of(record: logging.LogRecord) -> EventDict:
    try:
        message = record.getMessage()
    except (TypeError, ValueError):
        message = str(record.msg)
    event: EventDict = {"event": message, "level": record.levelname.lower(), "logger": record.name}
    if record.exc_info:
        event["exc_info"] = record.exc_info
    event = _add_request(None, "", event)
    event = _timestamp(None, "", event)
    return structlog.processors.format_exc_info(None, "", event)


def configure_logging(level: Level = "INFO", *, stream: BinaryIO | None = None) -> None:
    """Route all logging of this process to `stream` (stderr) as redacted JSON lines.

    May be called again, for instance in a forked worker.
    """
    out = stream or sys.stderr.buffer
    root = logging.getLogger()
    root.handlers[:] = [_JsonHandler(out)]
    root.setLevel(level)
    for name, library_level in _LIBRARY_LEVELS.items():
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(library_level)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _timestamp,
            _add_request,
            structlog.processors.format_exc_info,
            _render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.BytesLoggerFactory(out),
        cache_logger_on_first_use=False,
    )


def get_logger(room: str) -> structlog.typing.FilteringBoundLogger:
    """Return the logger of a room; `room` becomes the `logger` field of its lines."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(room=room)
    return logger
