"""A web server of a client, with documents that the provider fetches."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """An answer in full, given after `delay` seconds."""

    body: bytes = b""
    content_type: str = "application/json"
    status: int = 200
    location: str | None = None
    delay: float = 0


@dataclass
class Documents:
    """`content` holds what lies at each path, `replies` what is answered in another way; `asked`
    the paths that were fetched, in order."""

    url: str = ""
    content: dict[str, bytes] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, document: Any) -> str:
        """Serve `document` as JSON at `path`; returns its URL."""
        self.content[path] = json.dumps(document).encode()
        return self.url + path

    def reply(self, path: str) -> Reply:
        """Return the answer at `path`."""
        content = self.content.get(path)
        found = Reply(status=404) if content is None else Reply(content)
        return self.replies.get(path, found)


@contextmanager
def serving_documents() -> Iterator[Documents]:
    """Listen on a free port of this machine."""
    documents = Documents()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            documents.asked.append(self.path)
            reply = documents.reply(self.path)
            time.sleep(reply.delay)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            if reply.location is not None:
                self.send_header("Location", reply.location)
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # it need not be awaited
                self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    documents.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield documents
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
