"""Drives an ASGI application with hand-made scopes, so that malformed requests can be sent too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Scope

Headers = Sequence[tuple[bytes, bytes]]
HOST: Headers = ((b"host", b"id.example"),)


@dataclass
class Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: str) -> str | None:
        values = [v.decode() for n, v in self.headers if n.lower() == name.lower().encode()]
        assert len(values) <= 1, f"{name} repeated: {values}"
        return values[0] if values else None


def scope_of(
    path: bytes = b"/",
    *,
    method: str = "GET",
    query: bytes = b"",
    headers: Headers = HOST,
    client: tuple[str, int] | None = ("192.0.2.7", 1234),
) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": list(headers),
        "client": client,
        "server": ("127.0.0.1", 80),
        "state": {},
    }


async def call(app: ASGIApp, scope: Scope, chunks: Sequence[bytes] = (b"",)) -> Answer:
    waiting = list(chunks)
    sent: list[Message] = []

    async def receive() -> Message:
        if not waiting:
            return {"type": "http.disconnect"}
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert [m["type"] for m in sent].count("http.response.start") == 1
    body = b"".join(m.get("body", b"") for m in sent[1:])
    return Answer(sent[0]["status"], sent[0]["headers"], body)
