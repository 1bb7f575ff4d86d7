"""Makes the request look as if it had been sent to the configured issuer (R32).

Whatever the framework later derives from the request - redirects for a missing slash, `url_for` -
then names our own host, never the one in a Host header that somebody chose.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

_PORTS = {"http": 80, "https": 443}


class CanonicalOrigin:
    """Overwrites scheme, host and port of each request by those of `issuer`."""

    def __init__(self, app: ASGIApp, *, issuer: str) -> None:
        parts = urlsplit(issuer)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("the issuer must be an http or https URL")
        self._app = app
        self._scheme = parts.scheme
        self._host = parts.netloc.encode("ascii")
        self._server = (parts.hostname, parts.port or _PORTS[parts.scheme])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope["headers"] = [(b"host", self._host), *others]
            scope["scheme"] = self._scheme
            scope["server"] = self._server
        await self._app(scope, receive, send)
