"""Keeping all parts together: ready together, ended together."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Self

from idp.cli.demo.part import Part, Program

_READY_SECONDS = 60.0
_LOOK_SECONDS = 0.1


class PartEndedError(Exception):
    """A part has ended by itself, or never became ready."""

    def __init__(self, part: Part) -> None:
        super().__init__(part.name)
        self.part = part


class Company:
    """All parts. Leaving the block ends them, the newest first."""

    def __init__(self, programs: Sequence[Program], logs: Path) -> None:
        self._programs = programs
        self._logs = logs
        self._parts: list[Part] = []
        self._is_told_to_stop = False

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        return self

    def __exit__(self, *_error: object) -> None:
        for part in reversed(self._parts):
            part.ask_to_end()
        for part in self._parts:
            part.wait()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._is_told_to_stop = True

    def start(self) -> bool:
        """Start every part and wait until all are ready; False when told to stop meanwhile.

        Raises:
            PartEndedError: one ended, or was not ready within a minute.
        """
        for program in self._programs:
            log = self._logs / f"{program.name}.log"
            log.unlink(missing_ok=True)
            self._parts.append(Part(program, log))
        waiting = list(self._parts)
        deadline = time.monotonic() + _READY_SECONDS
        while waiting and not self._is_told_to_stop:
            self._check()
            waiting = [part for part in waiting if not part.is_ready()]
            if waiting and time.monotonic() > deadline:
                raise PartEndedError(waiting[0])
            time.sleep(_LOOK_SECONDS)
        return not self._is_told_to_stop

    def watch(self) -> None:
        """Return when told to stop; raises PartEndedError."""
        while not self._is_told_to_stop:
            self._check()
            time.sleep(_LOOK_SECONDS)

    def _check(self) -> None:
        for part in self._parts:
            if part.has_ended:
                raise PartEndedError(part)
