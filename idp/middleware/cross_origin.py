"""Lets scripts of any site call the endpoints that no cookie opens (Fetch standard, section 3.2).

Single-page applications do so. Any site may, since an answer depends on nothing that a browser adds
by itself: the wildcard excludes credentials, and what opens the endpoint is in the request.
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ORIGIN = (b"access-control-allow-origin", b"*")
_EXPOSED = (b"access-control-expose-headers", b"WWW-Authenticate, Retry-After")
_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, POST"),
    # Named one by one: "*" would not cover Authorization.
    (b"access-control-allow-headers", b"Authorization, Content-Type"),
    (b"access-control-max-age", b"7200"),
]


class CrossOrigin:
    """Marks every response of `paths`, refusals included, and answers their preflights."""

    def __init__(self, app: ASGIApp, *, paths: Collection[str]) -> None:
        self._app = app
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in self._paths:
            await self._app(scope, receive, send)
        elif _is_preflight(scope):
            headers = [_ORIGIN, *_PREFLIGHT]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body"})
        else:

            async def send_marked(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message.get("headers", ()), _ORIGIN, _EXPOSED]
                await send(message)

            await self._app(scope, receive, send_marked)


def _is_preflight(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    return scope["method"] == "OPTIONS" and {b"origin", b"access-control-request-method"} <= names
