"""HTTP by hand, for requests that no client library would send."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

HeaderList = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Answer:
    """A response, as it came over the wire."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name]
        assert len(values) <= 1, f"{name} came {len(values)} times"
        return values[0] if values else None

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    port: int,
    method: str,
    target: str | bytes,
    headers: HeaderList = (),
    body: bytes = b"",
    *,
    host: bytes | None = None,
    length: bytes | None = None,
) -> Answer:
    """Send one request exactly as given and read the response.

    `Host` and `Content-Length` are right unless told otherwise; an empty `host` leaves it out.
    """
    path = target.encode() if isinstance(target, str) else target
    lines = [method.encode() + b" " + path + b" HTTP/1.1"]
    named = f"localhost:{port}".encode() if host is None else host
    if named:
        lines.append(b"Host: " + named)
    lines += [name + b": " + value for name, value in headers]
    if body or length is not None or method in ("POST", "PUT", "PATCH"):
        lines.append(b"Content-Length: " + (str(len(body)).encode() if length is None else length))
    lines.append(b"Connection: close")
    return exchange(port, method, b"\r\n".join(lines) + b"\r\n\r\n" + body)


def exchange(port: int, method: str, request: bytes) -> Answer:
    """Send bytes, read one response."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        # Refused before everything was sent, the response is there all the same.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        response = http.client.HTTPResponse(connection, method=method)
        response.begin()
        return Answer(response.status, response.getheaders(), response.read())
