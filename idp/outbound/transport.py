"""Carries httpx2 requests over guarded connections. Built on httpcore2's public API only, so that
an upgrade of httpx2 cannot quietly bring its own, unguarded, connections back.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterable
from typing import cast

import httpcore2
import httpx2

from idp.outbound.bounded_stream import BoundedStream
from idp.outbound.egress import EgressRules
from idp.outbound.errors import OutboundTimeoutError, ResponseTooLargeError
from idp.outbound.guarded_network import GuardedNetwork
from idp.outbound.network_errors import translated
from idp.outbound.resolver import Resolver
from idp.outbound.settings import OutboundSettings

_KEEP_ALIVE_SECONDS = 15.0


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Applies egress rules, time limits and size limits to each exchange."""

    def __init__(
        self,
        settings: OutboundSettings,
        rules: EgressRules,
        resolver: Resolver,
        tls: ssl.SSLContext,
    ) -> None:
        self._settings = settings
        self._rules = rules
        # Two pools, because whether plain http may be spoken decides which addresses are allowed.
        self._pools = {
            scheme: httpcore2.AsyncConnectionPool(
                ssl_context=tls,
                max_connections=settings.max_connections,
                keepalive_expiry=_KEEP_ALIVE_SECONDS,
                network_backend=GuardedNetwork(rules, resolver, insecure=scheme == "http"),
            )
            for scheme in ("https", "http")
        }

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._rules.check_url(request.url)
        deadline = asyncio.get_running_loop().time() + self._settings.total_seconds
        try:
            with translated():
                async with asyncio.timeout_at(deadline):
                    answer = await self._pools[request.url.scheme].handle_async_request(
                        _to_core(request)
                    )
        except TimeoutError as error:
            raise OutboundTimeoutError("the exchange took too long") from error
        try:
            return self._to_response(answer, deadline)
        except ResponseTooLargeError:
            await answer.aclose()
            raise

    def _to_response(self, answer: httpcore2.Response, deadline: float) -> httpx2.Response:
        limit = self._settings.max_response_bytes
        headers = httpx2.Headers(answer.headers)
        # A compressed answer could grow past the limit after it was counted.
        if headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise ResponseTooLargeError("the answer is compressed although that was not asked for")
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > limit:
            raise ResponseTooLargeError("the answer is too large")
        # One client serves every caller: a server must not leave cookies in it.
        return httpx2.Response(
            status_code=answer.status,
            headers=[pair for pair in answer.headers if pair[0].lower() != b"set-cookie"],
            stream=BoundedStream(
                cast("AsyncIterable[bytes]", answer.stream), limit=limit, deadline=deadline
            ),
        )

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()


def _to_core(request: httpx2.Request) -> httpcore2.Request:
    return httpcore2.Request(
        method=request.method,
        url=httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        ),
        headers=request.headers.raw,
        content=cast("AsyncIterable[bytes]", request.stream),
        extensions=request.extensions,
    )
