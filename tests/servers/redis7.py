"""Debian's Redis 7.0: the oldest server that the ephemeral store must work with."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import free_port
from tests.servers.requirements import require

_START_SECONDS = 10.0


@contextmanager
def redis7(folder: Path) -> Iterator[str]:
    """Run a server on a free TCP port and yield its URL; nothing is kept on disk."""
    program = require("redis-server")
    port = free_port()
    process = start_redis7(program, folder, port)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        process.wait()


def start_redis7(program: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start a server on `port` and return once it answers.

    Raises:
        RuntimeError: it ended or did not answer in time.
    """
    arguments = ("--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", "",
                 "--appendonly", "no", "--loglevel", "warning")  # fmt: skip
    log = (folder / "redis.log").open("wb")
    with log:
        process = subprocess.Popen([str(program), *arguments], stdout=log, stderr=log)
    _wait_until_it_answers(process, port)
    return process


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 0.2) as probe:
                probe.sendall(b"PING\r\n")
                if probe.recv(5) == b"+PONG":
                    return
        except OSError:
            time.sleep(0.02)
    process.kill()
    raise RuntimeError("redis-server did not start")
