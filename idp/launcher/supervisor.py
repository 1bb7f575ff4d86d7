"""Keeps the right processes running: replaces the dead and the hung, restarts one by one.

start -> all web workers ready -> running --SIGHUP--> reload, worker by worker -> running
                                  running --SIGTERM|SIGINT--> draining -> exit 0
a worker that ends before the first readiness: exit 1, because its cause will not go away
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from idp.launcher.child_process import Child, Role, Run, fork_child
from idp.launcher.respawn_delay import RespawnDelay
from idp.launcher.rolling_restart import RollingRestart
from idp.launcher.signal_inbox import SignalInbox
from idp.observability.logging import get_logger

_TICK_SECONDS = 0.5
HUNG_SECONDS = 60.0
_KILL_MARGIN_SECONDS = 5.0
_log = get_logger("launcher")


def _nothing(*_: object) -> None:
    return


@dataclass
class Supervisor:
    """`programs`: what each role runs, and in how many processes. Single-threaded."""

    programs: Mapping[Role, Run]
    wanted: Mapping[Role, int]
    graceful_seconds: float
    on_ready: Callable[[], None] = _nothing
    on_tick: Callable[[], None] = _nothing
    on_exit: Callable[[int], None] = _nothing
    _children: list[Child] = field(default_factory=list)
    _delays: dict[Role, RespawnDelay] = field(default_factory=dict)
    _reload: RollingRestart | None = None
    _reload_wanted: bool = False
    _was_ready: bool = False
    _kill_at: float | None = None
    _status: int = 0

    def run(self) -> int:
        """Run until told to stop and everybody has left; return the exit status."""
        with SignalInbox() as inbox:
            while True:
                self._spawn_missing()
                if self._kill_at is not None and not self._children:
                    return self._status
                pipes = [child.heartbeat for child in self._children]
                for number in inbox.wait(pipes, _TICK_SECONDS):
                    self._obey(number)
                self._turn()

    def _turn(self) -> None:
        for child in self._children:
            child.hear()
        self._reap()
        self._announce()
        self._end_overdue()
        if self._kill_at is None:
            self._advance_reload()
            self._tick()

    def _advance_reload(self) -> None:
        if self._reload is None and self._reload_wanted:
            _log.info("reload_started")
            self._reload_wanted = False
            self._reload = RollingRestart(self._children, self._spawn)
        if self._reload is not None and self._reload.advance(self._children):
            self._reload = None

    def _tick(self) -> None:
        try:
            self.on_tick()
        except Exception:
            # Whatever is looked after there must not take the web server down with it.
            _log.exception("tick_failed")

    def _obey(self, number: int) -> None:
        if number in (signal.SIGTERM, signal.SIGINT):
            self._stop(0)
        elif number == signal.SIGHUP and self._kill_at is None and self._was_ready:
            self._reload_wanted = True

    def _stop(self, status: int) -> None:
        if self._kill_at is not None:
            # Asked twice: somebody is in a hurry.
            self._kill_at = time.monotonic()
            return
        _log.info("stopping")
        self._status = status
        self._kill_at = time.monotonic() + self.graceful_seconds + _KILL_MARGIN_SECONDS
        for child in self._children:
            child.retire()

    def _spawn(self, role: Role) -> Child:
        child = fork_child(role, self.programs[role])
        self._children.append(child)
        return child

    def _spawn_missing(self) -> None:
        if self._kill_at is not None:
            return
        for role, count in self.wanted.items():
            if role is Role.BACKGROUND and not self._was_ready:
                # It can wait; on a small machine it would slow down what people wait for.
                continue
            alive = sum(1 for c in self._children if c.role is role and not c.is_retiring)
            delay = self._delays.setdefault(role, RespawnDelay())
            while alive < count and delay.is_over():
                self._spawn(role)
                alive += 1

    def _reap(self) -> None:
        for child in list(self._children):
            pid, wait_status = os.waitpid(child.pid, os.WNOHANG)
            if pid == 0:
                continue
            os.close(child.heartbeat)
            self._children.remove(child)
            self.on_exit(pid)
            self._judge(child, os.waitstatus_to_exitcode(wait_status))

    def _judge(self, child: Child, status: int) -> None:
        if child.is_retiring:
            return
        _log.error("process_ended", role=child.role.value, pid=child.pid, status=status)
        if child.role is Role.WEB and not self._was_ready:
            self._stop(1)
        self._delays[child.role].note_end(time.monotonic() - child.started_at)

    def _announce(self) -> None:
        if self._was_ready or self._kill_at is not None:
            return
        ready = sum(1 for c in self._children if c.role is Role.WEB and c.is_ready)
        if ready >= self.wanted[Role.WEB]:
            self._was_ready = True
            self.on_ready()

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for child in self._children:
            is_hung = child.role is Role.WEB and now - child.last_beat > HUNG_SECONDS
            if is_hung and not child.is_retiring:
                _log.error("process_hung", role=child.role.value, pid=child.pid)
                child.kill(signal.SIGKILL)
            elif self._kill_at is not None and now >= self._kill_at:
                child.kill(signal.SIGKILL)
