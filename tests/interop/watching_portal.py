"""A portal that watches the provider's session from a frame and keeps what its logout page is sent.

Its pages are shaped as Session Management 1.0 section 3.1 describes: a frame of the portal asks the
provider's frame beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

_WATCH = """<!doctype html><title>watch</title>
<iframe name="op" src="{check_session_iframe}"></iframe>
<iframe name="rp" src="{asker}"></iframe>
"""
_ASKER = """<!doctype html><title>asker</title><script>
function ask(question, milliseconds) {
  return new Promise((resolve) => {
    addEventListener("message", (event) => resolve([event.data, event.origin]), { once: true });
    setTimeout(() => resolve(null), milliseconds);
    parent.frames.op.postMessage(question, "*");
  });
}
</script>
"""


@dataclass
class WatchingPortal:
    """`logouts` are the queries that /out was asked with. While `hangs` is set /out does not
    answer. `asker` is the address of the frame that asks."""

    origin: str
    check_session_iframe: str
    asker: str = ""
    hangs: bool = False
    logouts: list[list[tuple[str, str]]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.asker = self.asker or f"{self.origin}/asker"

    def page(self, path: str) -> str:
        pages = {
            "/watch": _WATCH.format(
                check_session_iframe=self.check_session_iframe, asker=self.asker
            ),
            "/asker": _ASKER,
        }
        return pages.get(path, f"<!doctype html><title>{path}</title>")


@contextmanager
def watching_portal(issuer: str, host: str = "localhost") -> Iterator[WatchingPortal]:
    """Serve a portal on a free port of this machine, under the name `host`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/out":
                portal.logouts.append(parse_qsl(parts.query, keep_blank_values=True))
                if portal.hangs:
                    portal.released.wait(30)
            # A browser that went on meanwhile has hung up.
            with suppress(ConnectionError):
                self.answer(portal.page(parts.path).encode())

        def answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    origin = f"http://{host}:{server.server_address[1]}"
    portal = WatchingPortal(origin, f"{issuer}/session/check")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        portal.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
