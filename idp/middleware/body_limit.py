"""Bounds the size of a request body and the time it may take to arrive (R60)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import NoReturn

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from idp.middleware.refusal import (
    BAD_REQUEST,
    BODY_TIMEOUT,
    BODY_TOO_LARGE,
    Refusal,
    refuse,
)
from idp.middleware.settings import HttpSettings

_MAX_LENGTH_DIGITS = 18


class BodyRefusedError(Exception):
    """Raised into whoever reads the body; the response has been decided here already."""


class BodyLimit:
    """Counts the bytes that really arrive; `Content-Length` only allows an earlier refusal."""

    def __init__(self, app: ASGIApp, settings: HttpSettings) -> None:
        self._app = app
        self._limit = settings.max_body_bytes
        self._larger = settings.larger_bodies
        self._seconds = settings.body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = _limit_for(scope["path"], self._limit, self._larger)
        refusal = _check_announced(scope["headers"], limit)
        if refusal is not None:
            await refuse(refusal, scope, send)
            return
        body = _CountedBody(receive, send, limit, self._seconds)
        with contextlib.suppress(BodyRefusedError):
            await self._app(scope, body.receive, body.send)
        if body.refusal is not None and not body.response_started:
            await refuse(body.refusal, scope, send)


def _limit_for(path: str, limit: int, larger: Mapping[str, int]) -> int:
    return max([limit, *(size for prefix, size in larger.items() if path.startswith(prefix))])


def _check_announced(headers: list[tuple[bytes, bytes]], limit: int) -> Refusal | None:
    for name, value in headers:
        if name == b"content-length":
            # int() would also take signs, spaces, underscores and thousands of digits.
            if not value.isdigit() or len(value) > _MAX_LENGTH_DIGITS:
                return BAD_REQUEST
            return BODY_TOO_LARGE if int(value) > limit else None
    return None


class _CountedBody:
    """The `receive` and `send` handed to the application.

    A framework may swallow the error raised here and answer in its own words; its words are then
    dropped in favour of the refusal.
    """

    def __init__(self, receive: Receive, send: Send, limit: int, seconds: float) -> None:
        self.refusal: Refusal | None = None
        self.response_started = False
        self._receive = receive
        self._send = send
        self._left = limit
        self._seconds = seconds
        self._deadline: float | None = None
        self._complete = False

    async def receive(self) -> Message:
        if self._complete:
            # Waiting for the client to leave: this may take as long as the response does.
            return await self._receive()
        message = await self._receive_in_time()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
            if self._left < 0:
                self._refuse(BODY_TOO_LARGE)
        return message

    async def _receive_in_time(self) -> Message:
        now = asyncio.get_running_loop().time()
        self._deadline = self._deadline or now + self._seconds
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._receive()
        except TimeoutError:
            self._refuse(BODY_TIMEOUT)

    def _refuse(self, refusal: Refusal) -> NoReturn:
        self.refusal = refusal
        raise BodyRefusedError(refusal.en)

    async def send(self, message: Message) -> None:
        if self.refusal is not None and not self.response_started:
            return
        if message["type"] == "http.response.start":
            self.response_started = True
        await self._send(message)
