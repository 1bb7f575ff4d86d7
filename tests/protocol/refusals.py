"""What a refusal has to look like, at the authorization and at the token endpoint."""

from __future__ import annotations

import httpx2

from tests.protocol.browser import Callback, Page
from tests.protocol.relying_party import RelyingParty

ALLOWED_IN_ERRORS = {"error", "error_description", "state", "iss"}


def shown_on_a_page(page: Page, parameter: str) -> None:
    assert page.status == 400
    assert page.path == "/authorize"
    assert not page.location
    assert page.response.headers["content-type"].startswith("text/html")
    assert f"<code>{parameter}</code>" in page.text


def sent_back(
    page: Page, portal: RelyingParty, error: str, state: str | None, where: str = "?"
) -> Callback:
    """Check everything that an error response has to be (RFC 6749 section 4.1.2.1). `where` is `#`
    when it has to be in the fragment."""
    assert page.status == 303
    assert page.location.startswith(portal.redirect_uri + where)
    callback = Callback.at(page.location)
    assert callback["error"] == error
    assert set(callback.names()) <= ALLOWED_IN_ERRORS
    assert callback["iss"] == portal.issuer
    assert ("state" in callback.names()) is (state is not None)
    if state is not None:
        assert callback["state"] == state
    description = callback["error_description"]
    assert all(" " <= character <= "~" and character not in '"\\' for character in description)
    return callback


def not_granted(response: httpx2.Response, error: str = "invalid_grant") -> None:
    """RFC 6749 section 5.2."""
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert body["error"] == error
    assert body.get("error_description", "").isascii()
    assert body.keys() <= {"error", "error_description", "error_uri"}
