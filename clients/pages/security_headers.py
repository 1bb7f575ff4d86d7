"""Response headers that every page of every sample client carries, error pages included."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC_PREFIX = "/static/"
HSTS = "max-age=31536000; includeSubDomains"


def content_security_policy(form_targets: Sequence[str] = ()) -> str:
    """Return a policy without scripts, frames or inline styles.

    `form_targets` are origins, besides this one, to which a submitted form may lead. Browsers
    apply form-action to the redirects that follow a POST, so a portal whose sign-out form ends
    at the provider's end_session_endpoint has to name the provider here.
    """
    form_action = " ".join(["'self'", *form_targets])
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        f"form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
    )


class SecurityHeaders:
    """Outermost ASGI layer, so that even an unexpected error leaves with these headers."""

    def __init__(self, app: ASGIApp, form_targets: Sequence[str] = (), https: bool = False) -> None:
        self.app = app
        self.fixed = {
            "content-security-policy": content_security_policy(form_targets),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "no-referrer",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
        }
        if https:
            self.fixed["strict-transport-security"] = HSTS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_static = scope["path"].startswith(STATIC_PREFIX)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.fixed.items():
                    headers[name] = value
                # Pages show personal data; only style sheets and pictures may be kept.
                headers["cache-control"] = "public, max-age=300" if is_static else "no-store"
            await send(message)

        await self.app(scope, receive, send_with_headers)
