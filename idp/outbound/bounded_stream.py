"""The body of an answer, read up to a size and up to a moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator

import httpx2

from idp.outbound.errors import OutboundTimeoutError, ResponseTooLargeError
from idp.outbound.network_errors import translated


class BoundedStream(httpx2.AsyncByteStream):
    """Ends with an error at the first byte over the limit or the first moment over the deadline."""

    def __init__(self, raw: AsyncIterable[bytes], *, limit: int, deadline: float) -> None:
        self._raw = raw
        self._left = limit
        self._deadline = deadline

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = aiter(self._raw)
        while (chunk := await self._next(chunks)) is not None:
            self._left -= len(chunk)
            if self._left < 0:
                raise ResponseTooLargeError("the answer is too large")
            yield chunk

    async def _next(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        try:
            with translated():
                async with asyncio.timeout_at(self._deadline):
                    return await anext(chunks)
        except StopAsyncIteration:
            return None
        except TimeoutError as error:
            raise OutboundTimeoutError("the answer took too long") from error

    async def aclose(self) -> None:
        close = getattr(self._raw, "aclose", None)
        if close is not None:
            await close()
