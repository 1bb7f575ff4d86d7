"""uvicorn's HTTP/1.1 protocol with bounds on the request's head and an end that loses no request.

uvicorn bounds neither the size of a head nor the time it may take, and when it stops it closes
idle connections at once, into the face of a request that is just arriving.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 10.0
# Nothing behind the parser sees such a request, so what every response must say stands here.
NOT_HTTP = (
    b"HTTP/1.1 400 Bad Request\r\n"
    b"content-type: application/json\r\n"
    b"content-length: 27\r\n"
    b"cache-control: no-store\r\n"
    b"content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"
    b"x-content-type-options: nosniff\r\n"
    b"referrer-policy: no-referrer\r\n"
    b"x-frame-options: DENY\r\n"
    b"connection: close\r\n"
    b"\r\n"
    b'{"error":"invalid_request"}'
)
# How long an idle connection may still bring a request after the worker was told to stop.
LINGER_SECONDS = 1.0


class DrainableState(ServerState):
    """What the server and its connections share."""

    def __init__(self) -> None:
        super().__init__()
        self.is_draining = False


class BoundedHttpProtocol(HttpToolsProtocol):
    """One connection."""

    _head_timer: asyncio.TimerHandle | None = None
    _is_in_head = False
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        self._start_head_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        was_in_head = self._is_in_head
        super().data_received(data)
        if was_in_head and self._is_in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self.send_400_response("Request head too large.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_in_head = True
        self._head_bytes = 0
        self._start_head_timer()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        self._stop_head_timer()
        super().on_headers_complete()
        if self._is_draining() and self.cycle is not None:
            self.cycle.keep_alive = False

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP in our words; what the parser says of it is not sent."""
        self.transport.write(NOT_HTTP)
        self.transport.close()

    def shutdown(self) -> None:
        """Let a running request end; give an idle connection a moment to bring one."""
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(LINGER_SECONDS, self._close_if_idle)
        else:
            self.cycle.keep_alive = False

    def _close_if_idle(self) -> None:
        is_idle = self.cycle is None or self.cycle.response_complete
        if is_idle and not self._is_in_head and not self.transport.is_closing():
            self.transport.close()

    def _is_draining(self) -> bool:
        state = self.server_state
        return isinstance(state, DrainableState) and state.is_draining

    def _start_head_timer(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up_head)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up_head(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: the request is served over HTTP/1.1, and strangers must not fill the log."""
