"""Sending a browser on after its session ended."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi.responses import RedirectResponse
from starlette.requests import Request
from starlette.responses import Response

from idp.client_registry.client import Client
from idp.http.browser_state import set_browser_state
from idp.http.cookies import CookieName
from idp.http.receipts import Receipts
from idp.http.visit import Visit
from idp.http.web import Web
from idp.logout.frontchannel import Frame
from idp.logout.service import Logout
from idp.middleware.content_security_policy import allow_source


async def finish_logout(
    request: Request,
    web: Web,
    visit: Visit,
    logout: Logout,
    session_id: str,
    *,
    target: str | None = None,
    client: Client | None = None,
) -> Response:
    """After the commit: tell the portals, and answer with the way on.

    That is `target`, or the page with the ledger. Portals that registered a front-channel address
    are loaded in frames first, in this very response: no address leads to that page, so that only
    the browser whose session ended ever shows it. `client` is who asked for the logout.
    """
    services = web.services
    await services.logout_deliveries.deliver_now(logout.pending)
    receipt = {"receipt": Receipts(services.foundation.root).issue(logout.id)}
    named = {"client_id": client.client_id} if client else {}
    next_url = target or f"/logout/done?{urlencode(receipt | named)}"
    frames = await services.front_channel.frames(logout, session_id)
    if frames:
        async with services.database.write() as transaction:
            await services.front_channel.note_shown(transaction, frames)
        response = _show_frames(request, web, visit, frames, next_url)
    else:
        response = RedirectResponse(next_url, status_code=303)
    forget_session(request, web, response)
    visit.leave_cookies(response, web.cookies)
    return response


def forget_session(request: Request, web: Web, response: Response) -> None:
    """Remove what the browser held of a session."""
    web.cookies.clear(response, CookieName.SESSION)
    set_browser_state(request, web, response, None)


def _show_frames(
    request: Request, web: Web, visit: Visit, frames: list[Frame], next_url: str
) -> Response:
    for frame in frames:
        allow_source(request.scope, "frame-src", frame.url)
    language = visit.language.value
    return web.pages.show(
        request,
        visit,
        "logout/frames.html",
        {
            "frames": [
                {"url": frame.url, "client_name": frame.client.name(language)} for frame in frames
            ],
            "next_url": next_url,
            "seconds": web.services.settings.logout.frames_seconds,
        },
    )
