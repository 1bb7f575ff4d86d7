"""A Redis of one measurement."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.machinery.processors import on
from bench.machinery.waiting import HOST, free_port, stop, wait_for

DURABLE = ("--appendonly", "yes", "--appendfsync", "always")
"""Every write is on the disk before it is acknowledged, as with PostgreSQL."""

FORGETFUL = ("--appendonly", "no")
"""For what may be lost: limits by network address, registrations in progress."""


@dataclass(frozen=True, slots=True)
class Redis:
    """A running server."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """The address, for clients."""
        return f"redis://{HOST}:{self.port}/0"


@contextmanager
def redis(
    folder: Path, durability: tuple[str, ...], processors: tuple[int, ...] = ()
) -> Iterator[Redis]:
    """Run a server with its data in `folder`; raises DidNotStartError."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise FileNotFoundError("redis-server is missing: apt-get install redis-server")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = on(processors, [
        program, "--bind", HOST, "--port", str(port), "--dir", str(folder), "--save", "",
        "--loglevel", "warning", *durability,
    ])  # fmt: skip
    log = folder / "redis.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        wait_for(server, port, log, b"PING\r\n", b"+PONG", seconds=180.0)
        yield Redis(port, server.pid)
    finally:
        stop(server)
