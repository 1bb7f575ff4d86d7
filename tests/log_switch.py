"""Several providers in one process, each with a log of its own.

The process has one logging configuration. Under it lies this switch, which knows each provider by
the thread that it runs in; what anybody else logs goes to standard error, where pytest captures it.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import structlog

from idp.observability.logging import Level, configure_logging


class LogSwitch(io.RawIOBase):
    """A stream whose lines go to the log of whichever provider's thread writes them."""

    def __init__(self) -> None:
        super().__init__()
        self._logs: dict[int, BinaryIO] = {}
        self.users = 0

    def write(self, line: bytes) -> int:  # type: ignore[override]  # only ever given bytes
        log = self._logs.get(threading.get_ident())
        if log is not None:
            return log.write(line)
        sys.stderr.write(line.decode("utf-8", "replace"))
        return len(line)

    @contextmanager
    def this_thread(self, path: Path) -> Iterator[None]:
        """Send what the current thread logs to a file."""
        with path.open("ab", buffering=0) as log:
            self._logs[threading.get_ident()] = log
            try:
                yield
            finally:
                del self._logs[threading.get_ident()]


SWITCH = LogSwitch()
_lock = threading.Lock()
_earlier: tuple[list[logging.Handler], int] = ([], logging.WARNING)


@contextmanager
def switched_logging(level: Level) -> Iterator[None]:
    """Log as the real process does; whoever leaves last gives pytest its handlers back."""
    global _earlier
    root = logging.getLogger()
    with _lock:
        SWITCH.users += 1
        if SWITCH.users == 1:
            _earlier = (list(root.handlers), root.level)
        configure_logging(level, stream=SWITCH)  # type: ignore[arg-type]  # all that is used of it
        # The other side of a test, which lives in the same process.
        logging.getLogger("urllib3").setLevel(logging.WARNING)
    try:
        yield
    finally:
        with _lock:
            SWITCH.users -= 1
            if SWITCH.users == 0:
                structlog.reset_defaults()
                root.handlers[:], level_before = _earlier
                root.setLevel(level_before)
                logging.captureWarnings(False)
