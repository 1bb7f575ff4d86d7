"""One running part of the demonstration."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from idp.launcher.parent_death import parent_death_hook

_STOP_SECONDS = 15.0
_PROBE_SECONDS = 2.0
_LAST_LINES = 8


@dataclass(frozen=True, slots=True)
class Program:
    """What to run: `python -m` arguments, environment, and the address that answers when ready."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    health_url: str


class Part:
    """A started program. It ends with this process, however that ends."""

    def __init__(self, program: Program, log: Path) -> None:
        self.name = program.name
        self.log = log
        self._health_url = program.health_url
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                [sys.executable, "-m", *program.arguments],
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C reaches this process only, which then ends the parts in order.
                process_group=0,
                preexec_fn=parent_death_hook(),  # noqa: PLW1509 - one prctl, no thread exists
            )

    @property
    def has_ended(self) -> bool:
        """Whether the program is gone."""
        return self._process.poll() is not None

    def is_ready(self) -> bool:
        """Whether the program answers its health check."""
        with contextlib.suppress(OSError, urllib.error.URLError):
            request = urllib.request.urlopen(self._health_url, timeout=_PROBE_SECONDS)  # noqa: S310 - loopback
            with request as answer:
                return bool(answer.status == 200)
        return False

    def ask_to_end(self) -> None:
        """Send SIGTERM."""
        if not self.has_ended:
            self._process.terminate()

    def wait(self) -> None:
        """Wait for the end; enforce it after a while."""
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def last_words(self) -> str:
        """Return the end of what the program wrote."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_LAST_LINES:])
