"""The provider's own front page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from idp.http.cookies import CookieName
from idp.http.owner import read_owner
from idp.http.web import Web, web_of

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request) -> Response:
    """Say what this is, and lead on."""
    web = web_of(request)
    context = {
        "login_url": "/login",
        "register_url": "/register",
        "account_url": "/account",
        "signed_in_as": await _signed_in_as(request, web),
    }
    return web.pages.show(request, web.visit(request), "home.html", context)


async def _signed_in_as(request: Request, web: Web) -> str | None:
    """A browser without a session needs no database."""
    if web.cookies.read(request, CookieName.SESSION) is None:
        return None
    async with web.services.database.read() as transaction:
        session = await web.find_session(request, transaction)
        return await read_owner(web, transaction, session.account_id) if session else None
