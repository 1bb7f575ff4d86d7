"""/logout and /signed-out: RP-Initiated Logout 1.0, begun by the person in this portal."""

from __future__ import annotations

import logging
import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from clients.portals.browser_session import visit_of
from clients.portals.errors import ProviderUnavailableError, SignInError
from clients.portals.forms import read_form
from clients.portals.portal import portal_of

log = logging.getLogger(__name__)


async def logout(request: Request) -> Response:
    """End the session here, then ask the provider to end its own, and so every other portal's."""
    portal, visit = portal_of(request), visit_of(request)
    form = await read_form(request)
    session, sign_in = visit.session, visit.sign_in
    if session is None or sign_in is None:
        return RedirectResponse("/", status_code=303)
    token = form.get("csrf_token", "")
    if not secrets.compare_digest(token.encode(), session.csrf_token.encode()):
        raise SignInError("stale_form")
    # First here: whatever becomes of the provider's part, this portal forgets the person now.
    visit.end()
    log.info("%s: signed out by the person", portal.department.key)
    try:
        if not portal.department.takes_people_back_after_logout:
            return _go(await portal.relying_party.logout_url(sign_in))
        state = secrets.token_urlsafe(24)
        return_to = portal.settings.url("/signed-out")
        url = await portal.relying_party.logout_url(sign_in, return_to, state)
    except ProviderUnavailableError:
        return portal.pages.respond("signed_out.html", 503, complete=False)
    visit.open().sign_out_state = state
    return _go(url)


def _go(url: str) -> Response:
    return RedirectResponse(url, status_code=303)


async def signed_out(request: Request) -> Response:
    """Where the provider sends people back to. Only our own `state` proves it did."""
    portal, visit = portal_of(request), visit_of(request)
    expected = visit.session.sign_out_state if visit.session else None
    state = request.query_params.get("state", "")
    complete = expected is not None and secrets.compare_digest(state.encode(), expected.encode())
    if visit.sign_in is not None:
        return RedirectResponse("/", status_code=303)
    visit.end()
    return portal.pages.respond("signed_out.html", complete=complete)
