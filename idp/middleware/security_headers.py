"""Security headers on every response, errors included (R31)."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from idp.middleware.content_security_policy import may_be_framed, policy_for

_PERMISSIONS = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(),"
    " gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(),"
    " publickey-credentials-create=(self), publickey-credentials-get=(self)"
)
_FRAME_OPTIONS = b"x-frame-options"
_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    _FRAME_OPTIONS: b"DENY",
    b"permissions-policy": _PERMISSIONS.encode(),
    b"cross-origin-opener-policy": b"same-origin",
}
_TWO_YEARS = b"max-age=63072000; includeSubDomains"


class SecurityHeaders:
    """Sets what no page may forget; only `Cache-Control` may be chosen by the response itself.

    Wraps the whole application, because the framework's own error responses are made outside of
    the middleware that is added to it.
    """

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._always = dict(_ALWAYS)
        if https:
            self._always[b"strict-transport-security"] = _TWO_YEARS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._complete(scope, message.get("headers", ()))
            await send(message)

        await self._app(scope, receive, send_guarded)

    def _complete(
        self, scope: Scope, headers: list[tuple[bytes, bytes]]
    ) -> list[tuple[bytes, bytes]]:
        ours = {**self._always, b"content-security-policy": policy_for(scope).encode("ascii")}
        named = [(name.lower(), value) for name, value in headers]
        kept = [(name, value) for name, value in named if name not in ours]
        if may_be_framed(scope):
            del ours[_FRAME_OPTIONS]
        if not any(name == b"cache-control" for name, _ in kept):
            kept.append((b"cache-control", b"no-store"))
        return [*kept, *ours.items()]
