"""A running launcher with two workers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@dataclass
class Running:
    process: subprocess.Popen[bytes]
    port: int
    log: Path
    start_seconds: float

    def get(self, path: str = "/") -> bytes:
        """Return the body (the worker's pid) over a connection of its own; b"" if it failed."""
        return fetch(self.port, path)

    def worker_pids(self) -> set[int]:
        """Return the workers that answered forty requests."""
        return {int(self.get()) for _ in range(40)}

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


def fetch(port: int, path: str) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as link:
            link.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            answer = b""
            while piece := link.recv(65536):
                answer += piece
    except OSError:
        return b""
    head, _, body = answer.partition(b"\r\n\r\n")
    return body if head.startswith(b"HTTP/1.1 200") or head.startswith(b"HTTP/1.0 200") else b""


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Running]:
    ready, log = folder / "ready.json", folder / "log"
    started = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.unit.launcher.tiny_app", str(ready)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stderr=out,
        )
    try:
        wait_for(lambda: ready.exists() or process.poll() is not None)
        seconds = time.monotonic() - started
        port = json.loads(ready.read_text())["port"] if ready.exists() else 0
        yield Running(process, port, log, seconds)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as server:
        yield server
