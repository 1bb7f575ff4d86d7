"""The gate of the registers: a bounded body, a known key, a fresh signature."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from idp.clock import Clock
from idp.registers.nonces import NonceMemory
from idp.registers.signatures import RegisterKey, SignatureRefusedError, SignedRequest


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that is signed as agreed and was not seen before."""

    nonce: str
    body: bytes


class GateRefusedError(Exception):
    """The request was not let in; it had no effect."""

    def __init__(self, status: int, error: str, reason: str) -> None:
        super().__init__(f"{error}: {reason}")
        self._status = status
        self._content = {"error": error, "reason": reason}

    def response(self) -> Response:
        """Return the refusal as JSON, unsigned because the caller is unknown."""
        return JSONResponse(self._content, self._status)


class Gate:
    """Lets signed requests in, each once."""

    def __init__(self, key: RegisterKey, max_body_bytes: int, clock: Clock) -> None:
        self._key = key
        self._max_body_bytes = max_body_bytes
        self._clock = clock
        self._nonces = NonceMemory()

    async def admit(self, request: Request) -> Admitted:
        """Return the admitted request; raises `GateRefusedError`."""
        body = await self._read(request)
        signed = SignedRequest(request.method, _target(request), request.headers, body)
        try:
            nonce = self._key.check(signed, self._nonces, self._clock.now())
        except SignatureRefusedError as refused:
            raise GateRefusedError(401, "unauthorised", refused.refusal.value) from None
        return Admitted(nonce, body)

    async def _read(self, request: Request) -> bytes:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self._max_body_bytes:
                raise GateRefusedError(413, "too_large", "body")
        return bytes(body)


def _target(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
