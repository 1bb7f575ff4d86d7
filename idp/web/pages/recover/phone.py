"""Step 1: the mobile number of the account."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from idp.accounts.identifiers.errors import PhoneError
from idp.http.enrolment_visit import begin_alone, open_form, open_page
from idp.http.flow import RECOVERY
from idp.http.flow_pages import answer_begin, refuse_phone, show_phone_page

router = APIRouter(include_in_schema=False)

_TEMPLATE = "recover/start.html"


@router.get("/recover")
async def show(request: Request) -> Response:
    """Ask for the number. Somebody who comes by themselves begins an interaction of their own."""
    if "transaction" not in request.query_params:
        return await begin_alone(request, RECOVERY.path)
    return show_phone_page(await open_page(request), RECOVERY, _TEMPLATE)


@router.post("/recover")
async def submit(request: Request) -> Response:
    """Send a message to the number; the answer is the same for every number."""
    visit = await open_form(request)
    phone = visit.form.get("phone")
    if not phone or not phone.strip():
        return refuse_phone(visit, RECOVERY, _TEMPLATE, None)
    try:
        answer = await visit.web.services.enrolment.recovery.begin(
            phone,
            visit.message_language,
            asked_from=visit.web.limits.network_alias(request),
        )
    except PhoneError as error:
        return refuse_phone(visit, RECOVERY, _TEMPLATE, error)
    return await answer_begin(visit, RECOVERY, _TEMPLATE, answer)
