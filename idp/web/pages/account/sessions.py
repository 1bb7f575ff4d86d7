"""Signing out one device."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from idp.http.cookies import CookieName
from idp.http.errors import NotFoundError
from idp.http.receipts import Receipts
from idp.http.web import web_of
from idp.sessions.session import EndReason

router = APIRouter(include_in_schema=False)


@router.post("/account/sessions/{session_id}/end")
async def end(request: Request, session_id: str) -> Response:
    """End a session of the owner's own everywhere; any other id is answered 404."""
    web = web_of(request)
    await web.read_form(request)
    services = web.services
    async with services.database.write() as transaction:
        current = await web.need_session(request, transaction)
        own = await services.sessions.list_live(transaction, current.account_id)
        if session_id not in {session.id for session in own}:
            raise NotFoundError
        logout = await services.logout.end_session(
            transaction, current.account_id, session_id, EndReason.ENDED_BY_OWNER
        )
    await services.logout_deliveries.deliver_now(logout.pending)
    if session_id != current.id:
        return RedirectResponse("/account?done=session-ended", status_code=303)
    receipt = urlencode({"receipt": Receipts(services.foundation.root).issue(logout.id)})
    response = RedirectResponse(f"/logout/done?{receipt}", status_code=303)
    web.cookies.clear(response, CookieName.SESSION)
    return response
