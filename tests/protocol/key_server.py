"""A portal's `jwks_uri`: a real HTTP server whose keys change, and which may be down."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class KeyServer:
    """`document` is served at `url`; None is answered with 500. `requests` counts the visits."""

    url: str = ""
    document: dict[str, Any] | None = field(default=None, repr=False)
    requests: int = 0


@contextmanager
def serving_keys() -> Iterator[KeyServer]:
    """Listen on a free port of this machine."""
    keys = KeyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys.requests += 1
            body = json.dumps(keys.document).encode()
            self.send_response(500 if keys.document is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    keys.url = f"http://127.0.0.1:{server.server_address[1]}/jwks"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield keys
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
