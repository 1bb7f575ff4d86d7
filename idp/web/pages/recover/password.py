"""Step 4: the new password. Everything the old one had opened is closed with it (R39)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from idp.authn.password_policy import PolicyRefusal
from idp.enrolment.progress import Step
from idp.http.enrolment_visit import open_form, open_page
from idp.http.flow import RECOVERY, need_step
from idp.http.flow_pages import show_password_page
from idp.logout.service import Logout
from idp.sessions.session import EndReason
from idp.storage.database import Transaction
from idp.tokens.family import RevokeReason

router = APIRouter(include_in_schema=False)

_TEMPLATE = "recover/password.html"


@router.get("/recover/password")
async def show(request: Request) -> Response:
    """Ask for the new password."""
    at = await need_step(RECOVERY, await open_page(request), Step.PASSWORD)
    return show_password_page(at, _TEMPLATE)


@router.post("/recover/password")
async def submit(request: Request) -> Response:
    """Replace the password and end every session and every token, in one transaction."""
    visit = await open_form(request)
    at = await need_step(RECOVERY, visit, Step.PASSWORD)
    password = visit.form.get("password")
    if not password:
        return show_password_page(at, _TEMPLATE, missing=True)
    services = visit.web.services
    ended: list[Logout] = []

    async def on_recovered(transaction: Transaction, account_id: str) -> None:
        reason = EndReason.CREDENTIAL_RESET
        ended.append(await services.logout.end_account(transaction, account_id, reason))
        # Offline families outlive sessions, so they are not among those that ended just now.
        changed = RevokeReason.ACCOUNT_CHANGED
        await services.tokens.revoke_account(transaction, account_id, changed)

    answer = await services.enrolment.recovery.set_password(
        at.flow_id, password, on_recovered=on_recovered
    )
    if isinstance(answer, PolicyRefusal):
        return show_password_page(at, _TEMPLATE, answer)
    for logout in ended:
        await services.logout_deliveries.deliver_now(logout.pending)
    return RECOVERY.forget(visit, visit.redirect("/recover/done"))
