"""One kept-alive HTTP/1.1 connection, with little more than a socket in between.

A full client would cost as much as the server it measures, on the same machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


class UnexpectedAnswerError(Exception):
    """The server answered with something that the measured road does not contain."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (names in lower case; several Set-Cookie joined by line feeds) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def expect(self, status: int) -> Answer:
        """Return this answer if it has that status; raises UnexpectedAnswerError."""
        if self.status != status:
            text = self.body[:200].decode(errors="replace")
            raise UnexpectedAnswerError(f"expected {status}, got {self.status}: {text}")
        return self


class Connection:
    """A connection to `host`:`port` that sends one request at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def request(
        self, method: str, target: str, headers: Mapping[str, str], form: str | None = None
    ) -> Answer:
        """Send a request and read its whole answer."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self._host}:{self._port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        body = b""
        if form is not None:
            body = form.encode()
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        return await self._read()

    async def _read(self) -> Answer:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status_line, *rest = head.rstrip("\r\n").split("\r\n")
        headers: dict[str, str] = {}
        for line in rest:
            name, _, value = line.partition(":")
            name, value = name.lower(), value.strip()
            headers[name] = f"{headers[name]}\n{value}" if name in headers else value
        if "content-length" not in headers and headers.get("transfer-encoding") == "chunked":
            body = await self._read_chunks()
        else:
            body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(int(status_line.split(" ", 2)[1]), headers, body)

    async def _read_chunks(self) -> bytes:
        parts = []
        while size := int(await self._reader.readline(), 16):
            parts.append(await self._reader.readexactly(size))
            await self._reader.readexactly(2)
        await self._reader.readexactly(2)
        return b"".join(parts)
