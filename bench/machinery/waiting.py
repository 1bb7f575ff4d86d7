"""Ports, and waiting until a server answers on one."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

HOST = "127.0.0.1"


class DidNotStartError(Exception):
    """A server ended or did not answer in time; the text has the end of its log."""


def free_port() -> int:
    """Return a TCP port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(
    server: subprocess.Popen[bytes], port: int, log: Path, request: bytes, wanted: bytes,
    seconds: float = 60.0,
) -> None:  # fmt: skip
    """Return once the answer to `request` contains `wanted`; raises DidNotStartError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with socket.create_connection((HOST, port), 1.0) as probe:
                probe.sendall(request)
                if wanted in probe.recv(4096):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise DidNotStartError(log.read_text(errors="replace")[-4000:])


def stop(server: subprocess.Popen[bytes], seconds: float = 30.0) -> None:
    """End a server politely, or by force when it does not go."""
    server.terminate()
    try:
        server.wait(seconds)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
