"""Cookies: names, attributes, reading.

Under https every name has the prefix `__Host-`, which ties the cookie to this very host and path
(RFC 6265bis section 4.1.3). Over plain http on a loopback address, where browsers do not agree
about that prefix, the names stand without it.
"""

from __future__ import annotations

from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

_YEAR = 365 * 24 * 3600


class CookieName(StrEnum):
    """The cookies of this service."""

    BROWSER = "tongxing_browser"
    SESSION = "tongxing_session"
    DEVICE = "tongxing_device"
    LANGUAGE = "tongxing_language"
    DRAFT = "tongxing_draft"
    RECOVERY = "tongxing_recovery"
    BROWSER_STATE = "tongxing_browser_state"


class Cookies:
    """Reads and writes cookies as the issuer's scheme demands."""

    def __init__(self, *, https: bool) -> None:
        self._https = https

    def name(self, cookie: CookieName) -> str:
        """The name on the wire."""
        return f"__Host-{cookie.value}" if self._https else cookie.value

    def read(self, request: Request, cookie: CookieName) -> str | None:
        """Return a cookie's value; None when it is absent, empty or sent more than once.

        Two values under one name mean that somebody else planted one of them.
        """
        values = _values_by_name(request).get(self.name(cookie), ())
        return values[0] if len(values) == 1 and values[0] else None

    def set(
        self, response: Response, cookie: CookieName, value: str, *, seconds: int | None = None
    ) -> None:
        """Set a cookie for `seconds`, or for as long as the browser is open."""
        response.set_cookie(
            self.name(cookie),
            value,
            max_age=seconds,
            path="/",
            secure=self._https,
            httponly=True,
            samesite="lax",
        )

    def set_for_a_year(self, response: Response, cookie: CookieName, value: str) -> None:
        """Set a cookie that outlives the visit."""
        self.set(response, cookie, value, seconds=_YEAR)

    def set_readable(self, response: Response, cookie: CookieName, value: str) -> None:
        """Set a cookie for as long as the browser is open that scripts of this site may read, also
        in a frame of another site. For values that open nothing.

        Over plain http a browser takes no `SameSite=None`; there portal and provider are both on
        this machine, which counts as one site.
        """
        response.set_cookie(
            self.name(cookie),
            value,
            path="/",
            secure=self._https,
            httponly=False,
            samesite="none" if self._https else "lax",
        )

    def clear(self, response: Response, cookie: CookieName) -> None:
        """Remove a cookie."""
        self.set(response, cookie, "", seconds=0)


def _values_by_name(request: Request) -> dict[str, list[str]]:
    """Read the header once, however many cookies a request is asked for."""
    known: dict[str, list[str]] | None = getattr(request.state, "cookie_values", None)
    if known is not None:
        return known
    found: dict[str, list[str]] = {}
    for header in request.headers.getlist("cookie"):
        for part in header.split(";"):
            name, separator, value = part.strip().partition("=")
            if separator:
                found.setdefault(name, []).append(value)
    request.state.cookie_values = found
    return found
