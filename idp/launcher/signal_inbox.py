"""Signals as something to wait for, instead of something that interrupts."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
from collections.abc import Iterable
from types import FrameType, TracebackType
from typing import Self

_WATCHED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """The number has been written to the wake-up pipe already."""


class SignalInbox:
    """Collects signals between `__enter__` and `__exit__`; main thread only."""

    def __enter__(self) -> Self:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        self._old_wakeup = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        self._old_handlers = {number: signal.signal(number, _ignore) for number in _WATCHED}
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_wakeup)
        os.close(self._reader)
        os.close(self._writer)

    def wait(self, others: Iterable[int], seconds: float) -> list[int]:
        """Return the signals that came, once there is one, another descriptor is readable, or
        `seconds` have passed.
        """
        with selectors.DefaultSelector() as selector:
            for descriptor in (self._reader, *others):
                selector.register(descriptor, selectors.EVENT_READ)
            selector.select(seconds)
        with contextlib.suppress(BlockingIOError):
            return list(os.read(self._reader, 4096))
        return []
