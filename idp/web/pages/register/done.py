"""The end: the account is there."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from idp.http.enrolment_visit import open_page
from idp.http.errors import NotSignedInError

router = APIRouter(include_in_schema=False)


@router.get("/register/done")
async def show(request: Request) -> Response:
    """Say that the account is open, and lead on to where the person was going."""
    visit = await open_page(request)
    services = visit.web.services
    async with services.database.read() as transaction:
        session = await visit.web.find_session(request, transaction)
    if session is None:
        raise NotSignedInError
    level = services.settings.acr_values.index(session.acr) + 1
    context = {"continue_url": visit.step.resume_url, "level": f"L{level}"}
    return visit.show("register/done.html", context)
