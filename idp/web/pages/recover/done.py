"""The end: the new password is set."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from idp.http.enrolment_visit import open_page

router = APIRouter(include_in_schema=False)


@router.get("/recover/done")
async def show(request: Request) -> Response:
    """Say so, and lead to signing in."""
    visit = await open_page(request)
    return visit.show("recover/done.html", {"login_url": visit.url("/login")})
