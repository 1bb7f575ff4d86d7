"""Prometheus metrics of all processes together, on an address of their own.

Each process writes its numbers to files in one folder (prometheus_client's multiprocess mode); a
small process reads them all. It is separate from the supervisor so that the latter has no threads,
and from the web server so that metrics are never reachable from outside.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_SOCKET_SECONDS = 5.0


def prepare_metrics_folder(folder: Path) -> None:
    """Empty `folder` and make it the place of all metrics of this process and its children.

    Raises:
        RuntimeError: prometheus_client was imported before, and so keeps its numbers in memory.
    """
    if "prometheus_client" in sys.modules and os.environ.get(_VARIABLE) != str(folder):
        raise RuntimeError("metrics must be prepared before prometheus_client is imported")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left_over in folder.glob("*.db"):
        left_over.unlink()
    os.environ[_VARIABLE] = str(folder)


def forget_process(folder: Path, pid: int) -> None:
    """Drop the gauges of a process that has ended; its counters stay in the sums."""
    for gauge in folder.glob(f"gauge_live*_{pid}.db"):
        gauge.unlink(missing_ok=True)


def run_metrics_listener(listener: socket.socket, folder: Path, beat: Callable[[], None]) -> None:
    """Answer GET /metrics on `listener` until the process is ended."""
    # Not to be loaded by the supervisor.
    from prometheus_client import (
        CONTENT_TYPE_LATEST,
        CollectorRegistry,
        generate_latest,
    )
    from prometheus_client.multiprocess import MultiProcessCollector

    class Handler(BaseHTTPRequestHandler):
        timeout = _SOCKET_SECONDS

        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(404)
                return
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]  # library without types here
            body = generate_latest(registry)
            self.send_response(200)
            self.send_header("Content-Type", CONTENT_TYPE_LATEST)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing about each scrape."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    beat()
    server.serve_forever()
