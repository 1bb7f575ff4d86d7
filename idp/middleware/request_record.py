"""Names each request, writes its access line, counts it, and turns a crash into a neutral 500.

Paths and queries are never logged or used as labels: only the template of the route is (R51).
"""

from __future__ import annotations

import time
from functools import cache

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from idp.middleware.refusal import INTERNAL_ERROR, refuse
from idp.observability import metrics
from idp.observability.logging import get_logger
from idp.observability.request_context import request_context, trace_id_from_traceparent

_METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})
_log = get_logger("http")


class RequestRecord:
    """The outermost layer."""

    def __init__(self, app: ASGIApp, *, trust_traceparent: bool = False) -> None:
        self._app = app
        self._trust_traceparent = trust_traceparent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with request_context(self._upstream_trace(scope)) as context:
            exchange = _Exchange(scope, send, context.request_id.encode())
            metrics.HTTP_IN_PROGRESS.inc()
            try:
                await self._serve(exchange, receive)
            finally:
                metrics.HTTP_IN_PROGRESS.dec()
                exchange.record()

    async def _serve(self, exchange: _Exchange, receive: Receive) -> None:
        try:
            await self._app(exchange.scope, receive, exchange.send)
        except Exception:
            exchange.crashed = True
            _log.exception("request_crashed", route=route_template(exchange.scope))
            if exchange.status is None:
                await refuse(INTERNAL_ERROR, exchange.scope, exchange.send)
            elif not exchange.complete:
                # The rest of the response is lost: the server must cut the connection.
                raise

    def _upstream_trace(self, scope: Scope) -> str | None:
        if not self._trust_traceparent:
            return None
        values = [value for name, value in scope["headers"] if name == b"traceparent"]
        return trace_id_from_traceparent(values[0].decode("latin-1")) if len(values) == 1 else None


class _Exchange:
    """One request and what is seen of its response."""

    def __init__(self, scope: Scope, send: Send, request_id: bytes) -> None:
        self.scope = scope
        self.status: int | None = None
        self.complete = False
        self.crashed = False
        self._send = send
        self._request_id = request_id
        self._started = time.perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), (b"x-request-id", self._request_id)]
        elif message["type"] == "http.response.body":
            self.complete = not message.get("more_body", False)
        await self._send(message)

    def record(self) -> None:
        seconds = time.perf_counter() - self._started
        route = route_template(self.scope)
        method = self.scope["method"] if self.scope["method"] in _METHODS else "OTHER"
        # 499: the client left, or the request was cancelled, before anything was answered.
        status = self.status or 499
        _count(route, method, status).inc()
        _duration(route, method).observe(seconds)
        client = self.scope.get("client")
        _log.info(
            "request",
            route=route,
            method=method,
            status=status,
            ms=round(seconds * 1000, 1),
            client_address=client[0] if client else None,
        )


# Looking labels up costs more than counting. Routes, methods and statuses are few.
@cache
def _count(route: str, method: str, status: int) -> Counter:
    return metrics.HTTP_REQUESTS.labels(route, method, str(status))


@cache
def _duration(route: str, method: str) -> Histogram:
    return metrics.HTTP_DURATION.labels(route, method)


def route_template(scope: Scope) -> str:
    """Return the template of the matched route, such as `/api/v1/clients/{client_id}`."""
    route = scope.get("route")
    template = getattr(route, "path_format", None) or getattr(route, "path", None)
    return template if isinstance(template, str) else "unmatched"
