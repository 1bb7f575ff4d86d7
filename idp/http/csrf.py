"""Forms that can only be sent from our own pages (R27).

The token is a MAC over the browser's cookie, so another site, which cannot read that cookie,
cannot make one. `Origin` and `Sec-Fetch-Site` are checked too when a browser sends them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from starlette.requests import Request

from idp.crypto.root_key import Purpose, RootKey
from idp.http.errors import ForgedRequestError
from idp.protocol.parameters import Parameters

FIELD = "csrf_token"


class CsrfGuard:
    """Makes and checks the tokens of forms."""

    def __init__(self, root: RootKey, issuer: str) -> None:
        self._key = root.derive(Purpose.CSRF)
        self._origin = issuer

    def token(self, browser: str) -> str:
        """Return the token for forms shown to the browser with this cookie."""
        mac = hmac.digest(self._key, browser.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()

    def check(self, request: Request, form: Parameters, browser: str | None) -> None:
        """Raise ForgedRequestError unless the form came from a page of ours."""
        origin = request.headers.get("origin")
        # "null" is what browsers send under our Referrer-Policy: no-referrer.
        if origin not in (None, "null", self._origin):
            raise ForgedRequestError(debug="origin")
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise ForgedRequestError(debug="sec-fetch-site")
        sent = form.get(FIELD)
        if (
            browser is None
            or sent is None
            or not hmac.compare_digest(sent.encode(), self.token(browser).encode())
        ):
            raise ForgedRequestError(debug="token")
