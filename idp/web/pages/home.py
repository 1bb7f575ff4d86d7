"""The provider's own front page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from idp.http.web import web_of

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request) -> Response:
    """Say what this is, and lead on."""
    web = web_of(request)
    links = {"login_url": "/login", "register_url": "/register", "account_url": "/account"}
    return web.pages.show(request, web.visit(request), "home.html", links)
