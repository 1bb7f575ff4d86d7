"""Ending what a service can do while the person is away (`offline_access`)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from idp.http.errors import NotFoundError
from idp.http.web import web_of
from idp.tokens.family import RevokeReason

router = APIRouter(include_in_schema=False)


@router.post("/account/access/{client_id}/end")
async def end(request: Request, client_id: str) -> Response:
    """End every token that a client holds for the owner, whatever ground it reads on; a client
    that holds no lasting access to this account is answered 404."""
    web = web_of(request)
    await web.read_form(request)
    tokens = web.services.tokens
    async with web.services.database.write() as transaction:
        session = await web.need_session(request, transaction)
        if client_id not in await tokens.list_offline_clients(transaction, session.account_id):
            raise NotFoundError
        reason = RevokeReason.CONSENT_WITHDRAWN
        await tokens.revoke_account(transaction, session.account_id, reason, client_id)
    return RedirectResponse("/account?done=access-ended", status_code=303)
