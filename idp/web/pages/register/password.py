"""Step 4: the password, judged by what the person is called; the account is opened here."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from idp.authn.password_policy import PolicyRefusal
from idp.enrolment.progress import Step
from idp.http.enrolment_visit import open_form, open_page
from idp.http.flow import REGISTRATION, need_step
from idp.http.flow_pages import show_password_page
from idp.web.pages.register.opening import prove_and_open

router = APIRouter(include_in_schema=False)

_TEMPLATE = "register/password.html"


@router.get("/register/password")
async def show(request: Request) -> Response:
    """Ask for a password."""
    at = await need_step(REGISTRATION, await open_page(request), Step.PASSWORD)
    return show_password_page(at, _TEMPLATE)


@router.post("/register/password")
async def submit(request: Request) -> Response:
    """Say what is wrong with the password, or keep its hash, have the register confirm the
    person and open the account."""
    visit = await open_form(request)
    at = await need_step(REGISTRATION, visit, Step.PASSWORD)
    password = visit.form.get("password")
    if not password:
        return show_password_page(at, _TEMPLATE, missing=True)
    answer = await visit.web.services.enrolment.registration.set_password(at.flow_id, password)
    if isinstance(answer, PolicyRefusal):
        return show_password_page(at, _TEMPLATE, answer)
    return await prove_and_open(at)
