"""Signing out one device, or all of them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from idp.http.errors import NotFoundError
from idp.http.session_end import finish_logout
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
    if session_id == current.id:
        return await finish_logout(request, web, web.visit(request), logout, current.id)
    await services.logout_deliveries.deliver_now(logout.pending)
    return RedirectResponse("/account?done=session-ended", status_code=303)


@router.post("/account/sessions/end-all")
async def end_all(request: Request) -> Response:
    """End every session of the owner's, this browser's with them."""
    web = web_of(request)
    await web.read_form(request)
    async with web.services.database.write() as transaction:
        current = await web.need_session(request, transaction)
        logout = await web.services.logout.end_account(
            transaction, current.account_id, EndReason.ENDED_BY_OWNER
        )
    return await finish_logout(request, web, web.visit(request), logout, current.id)
