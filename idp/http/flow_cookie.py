"""The cookie of a registration or recovery in progress.

It holds the secret id of the flow and a tag that ties it to this browser's own cookie, so a flow
that somebody else began cannot be planted here to have it finished with another person's identity.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from idp.crypto.root_key import Purpose
from idp.enrolment.errors import FlowExpiredError
from idp.http.cookies import CookieName
from idp.http.visit import Visit
from idp.http.web import Web

_FORM = re.compile(r"([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class FlowCookie:
    """Leaves and reads the cookie `name`, which lasts as long as the browser is open."""

    web: Web
    name: CookieName

    def leave(self, response: Response, visit: Visit, flow_id: str) -> None:
        """Give the flow to this browser."""
        value = f"{flow_id}.{self._tag(visit.browser, flow_id)}"
        self.web.cookies.set(response, self.name, value)

    def read(self, request: Request) -> str:
        """Return the id of this browser's flow; raises FlowExpiredError."""
        browser = self.web.cookies.read(request, CookieName.BROWSER)
        match = _FORM.fullmatch(self.web.cookies.read(request, self.name) or "")
        if browser is None or match is None:
            raise FlowExpiredError
        if not hmac.compare_digest(match[2], self._tag(browser, match[1])):
            raise FlowExpiredError(debug="the flow was begun in another browser")
        return match[1]

    def clear(self, response: Response) -> None:
        """Take the flow away from this browser."""
        self.web.cookies.clear(response, self.name)

    def _tag(self, browser: str, flow_id: str) -> str:
        key = self.web.services.foundation.root.derive(Purpose.COOKIES, self.name.value)
        mac = hmac.digest(key, f"{browser}.{flow_id}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
