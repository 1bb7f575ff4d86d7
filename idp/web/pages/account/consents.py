"""Withdrawing consent (PIPL article 15)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from idp.http.errors import NotFoundError
from idp.http.web import web_of
from idp.tokens.family import RevokeReason

router = APIRouter(include_in_schema=False)


@router.post("/account/consents/{client_id}/withdraw")
async def withdraw(request: Request, client_id: str) -> Response:
    """Take back what a client was allowed, and with it every token it holds (R12)."""
    web = web_of(request)
    await web.read_form(request)
    services = web.services
    async with services.database.write() as transaction:
        session = await web.need_session(request, transaction)
        account_id = session.account_id
        if not await services.consents.withdraw(transaction, account_id, client_id):
            raise NotFoundError
        reason = RevokeReason.CONSENT_WITHDRAWN
        await services.tokens.revoke_account(transaction, account_id, reason, client_id)
    return RedirectResponse("/account?done=consent-withdrawn", status_code=303)
