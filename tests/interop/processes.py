"""Starting a program that listens, and stopping it."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_START_SECONDS = 15.0
_STOP_SECONDS = 10.0


@contextmanager
def listening(
    command: Sequence[str | Path],
    port: int,
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
) -> Iterator[None]:
    """Run `command` until the block ends; the block begins when `port` takes connections.

    Raises:
        RuntimeError: it ended or did not listen in time; the message holds the end of its log.
    """
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env=environment,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    try:
        if not eventually(lambda: process.poll() is not None or _listens(port), _START_SECONDS):
            raise RuntimeError(f"{command[0]} does not listen: {_end_of(log)}")
        if process.poll() is not None:
            raise RuntimeError(f"{command[0]} ended: {_end_of(log)}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def eventually(is_so: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether `is_so` becomes true before the deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.03)
    return is_so()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.2).close()
    except OSError:
        return False
    return True


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]
