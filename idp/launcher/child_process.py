"""Forks one supervised process and remembers what the supervisor must know about it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from types import FrameType
from typing import NoReturn

from idp.launcher.parent_death import parent_death_hook
from idp.observability.logging import get_logger

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_log = get_logger("launcher")

Run = Callable[[Callable[[], None]], None]


class Role(StrEnum):
    """What a process is for."""

    WEB = "web"
    BACKGROUND = "background"
    METRICS = "metrics"


@dataclass
class Child:
    """`heartbeat`: the read end of a pipe; its first byte means ready, later ones alive."""

    role: Role
    pid: int
    heartbeat: int
    started_at: float = field(default_factory=time.monotonic)
    last_beat: float = field(default_factory=time.monotonic)
    is_ready: bool = False
    is_retiring: bool = False

    def hear(self) -> None:
        """Take in what the process has written since the last time."""
        with contextlib.suppress(BlockingIOError):
            if os.read(self.heartbeat, 4096):
                self.is_ready = True
                self.last_beat = time.monotonic()

    def kill(self, number: signal.Signals) -> None:
        """Send a signal; harmless if the process has ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def retire(self) -> None:
        """Ask the process to end what it is doing and go."""
        self.is_retiring = True
        self.kill(signal.SIGTERM)


def fork_child(role: Role, run: Run) -> Child:
    """Fork a process that calls `run(beat)` and ends with it; never returns in the child."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    end_with_parent = parent_death_hook()
    # Blocked until the child has its own handlers: before that it would write the signals it gets
    # into the supervisor's wake-up pipe.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            _become_child(before)
            _run_and_exit(role, run, writer, end_with_parent)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    os.close(writer)
    return Child(role, pid, reader)


def _become_child(mask: set[signal.Signals | int]) -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    # Ctrl-C reaches only the supervisor, which then ends everybody in order.
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _run_and_exit(
    role: Role, run: Run, writer: int, end_with_parent: Callable[[], None]
) -> NoReturn:
    def beat() -> None:
        # A full pipe is as good as a beat; a broken one means that the supervisor is gone.
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            os.write(writer, b".")

    status = 1
    try:
        end_with_parent()
        run(beat)
        status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        # Whatever it was, the process ends here: the supervisor's own exit handlers, inherited by
        # the fork, must not run twice.
        _log.exception("process_failed", role=role.value)
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)
