"""Replaces processes one at a time: the old one leaves only once its successor serves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from idp.launcher.child_process import Child, Role
from idp.observability.logging import get_logger

_log = get_logger("launcher")


class RollingRestart:
    """One SIGHUP's worth of work, advanced by the supervisor at each turn."""

    def __init__(self, children: Sequence[Child], spawn: Callable[[Role], Child]) -> None:
        self._spawn = spawn
        self._old = [c for c in children if c.role is Role.WEB and not c.is_retiring]
        self._others = [c for c in children if c.role is Role.BACKGROUND and not c.is_retiring]
        self._successor: Child | None = None

    def advance(self, children: Sequence[Child]) -> bool:
        """Do what can be done now; return True when all is done or given up."""
        if self._successor is not None:
            if self._successor not in children:
                _log.error("reload_failed", reason="the new worker did not start; old ones stay")
                return True
            if not self._successor.is_ready:
                return False
            old = self._old.pop(0)
            if old in children:
                old.retire()
            self._successor = None
        # Those that died meanwhile were replaced by new ones already.
        while self._old and self._old[0] not in children:
            self._old.pop(0)
        if self._old:
            self._successor = self._spawn(Role.WEB)
            return False
        for child in self._others:
            child.retire()
        _log.info("reload_finished")
        return True
