"""Step 1: the mobile number."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from idp.accounts.identifiers.errors import PhoneError
from idp.http.enrolment_visit import begin_alone, open_form, open_page
from idp.http.flow import REGISTRATION
from idp.http.flow_pages import answer_begin, refuse_phone, show_phone_page

router = APIRouter(include_in_schema=False)

_TEMPLATE = "register/phone.html"


@router.get("/register")
async def show(request: Request) -> Response:
    """Ask for the number. Somebody who comes by themselves begins an interaction of their own."""
    if "transaction" not in request.query_params:
        return await begin_alone(request, REGISTRATION.path)
    return show_phone_page(await open_page(request), REGISTRATION, _TEMPLATE)


@router.post("/register")
async def submit(request: Request) -> Response:
    """Send a code to the number, whether or not it has an account."""
    visit = await open_form(request)
    phone = visit.form.get("phone")
    if not phone or not phone.strip():
        return refuse_phone(visit, REGISTRATION, _TEMPLATE, None)
    try:
        answer = await visit.web.services.enrolment.registration.begin(
            phone,
            visit.message_language,
            asked_from=visit.web.limits.network_alias(request),
        )
    except PhoneError as error:
        return refuse_phone(visit, REGISTRATION, _TEMPLATE, error)
    return await answer_begin(visit, REGISTRATION, _TEMPLATE, answer)
