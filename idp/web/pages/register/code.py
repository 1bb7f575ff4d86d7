"""Step 2: the code from the text message."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from idp.enrolment.answers import CodeAnswer
from idp.enrolment.progress import Step
from idp.http.enrolment_visit import open_form, open_page
from idp.http.flow import REGISTRATION, need_step
from idp.http.flow_pages import answer_resend, show_code_page
from idp.i18n import wording
from idp.web.pages.register.outcomes import show_phone_taken

router = APIRouter(include_in_schema=False)

_TEMPLATE = "register/code.html"


@router.get("/register/code")
async def show(request: Request) -> Response:
    """Ask for the code."""
    at = await need_step(REGISTRATION, await open_page(request), Step.CODE)
    return show_code_page(at, _TEMPLATE)


@router.post("/register/code")
async def submit(request: Request) -> Response:
    """Check the code. Whoever holds the phone may learn that it has an account."""
    visit = await open_form(request)
    at = await need_step(REGISTRATION, visit, Step.CODE)
    typed = visit.form.get("code")
    if not typed or not typed.strip():
        return show_code_page(at, _TEMPLATE, error=wording.CODE_REQUIRED)
    answer = await visit.web.services.enrolment.registration.verify_code(at.flow_id, typed)
    if answer is CodeAnswer.PHONE_TAKEN:
        return show_phone_taken(visit)
    if answer is not CodeAnswer.ACCEPTED:
        return show_code_page(at, _TEMPLATE, error=wording.CODE_REFUSED)
    return at.go_on(Step.IDENTITY)


@router.get("/register/code/resend")
async def resend_shown(request: Request) -> Response:
    """Lead back whoever reloads or switches the language of the answer to the button."""
    return (await open_page(request)).redirect("/register/code")


@router.post("/register/code/resend")
async def resend(request: Request) -> Response:
    """Send another code."""
    visit = await open_form(request)
    at = await need_step(REGISTRATION, visit, Step.CODE)
    wait = await visit.web.services.enrolment.registration.resend_code(
        at.flow_id, asked_from=visit.web.limits.network_alias(request)
    )
    return answer_resend(at, _TEMPLATE, wait)
