"""Signed replies, and the faults that spoil them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.responses import Response, StreamingResponse

from idp.registers.faults import Fault, FaultKind
from idp.registers.signatures import NONCE, SIGNATURE, RegisterKey

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, ready to be sent."""

    status: int
    nonce: str
    body: bytes
    signature: str

    def response(self) -> Response:
        """Return the HTTP response."""
        return Response(self.body, self.status, self._headers(), _JSON)

    def cut_off(self) -> Response:
        """Return a response that announces the whole body and sends half of it."""
        headers = self._headers() | {"content-length": str(len(self.body))}
        return StreamingResponse(self._first_half(), self.status, headers, _JSON)

    async def _first_half(self) -> AsyncIterator[bytes]:
        yield self.body[: len(self.body) // 2]

    def _headers(self) -> dict[str, str]:
        return {NONCE: self.nonce, SIGNATURE: self.signature, "cache-control": "no-store"}


class Replier:
    """Signs replies and remembers the last one, for the fault that sends it again."""

    def __init__(self, key: RegisterKey) -> None:
        self._key = key
        self._previous: Reply | None = None

    def sign(self, status: int, nonce: str, body: bytes) -> Reply:
        """Return the reply to the request that carried `nonce`."""
        return Reply(status, nonce, body, self._key.sign_answer(status, nonce, body))

    async def send(self, reply: Reply, fault: Fault | None) -> Response:
        """Return the HTTP response, spoiled by `fault`."""
        previous, self._previous = self._previous, reply
        match fault.kind if fault else None:
            case FaultKind.DELAY:
                await asyncio.sleep(fault.seconds if fault else 0)
            case FaultKind.INTERNAL_ERROR:
                return Response("internal error", 500, media_type="text/plain")
            case FaultKind.TRUNCATE:
                return reply.cut_off()
            case FaultKind.DUPLICATE_REPLY:
                return (previous or self._to_nobody(reply)).response()
        return reply.response()

    def _to_nobody(self, reply: Reply) -> Reply:
        return self.sign(reply.status, "0" * 22, reply.body)
