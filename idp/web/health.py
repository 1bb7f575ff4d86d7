"""Whether this process lives, and whether it may be sent requests."""

from __future__ import annotations

from collections.abc import Awaitable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from idp.errors import UnavailableError
from idp.http.openapi import json_answers
from idp.http.web import Web, web_of

router = APIRouter()


@router.get("/healthz/live", responses=json_answers(200))
async def live() -> Response:
    """Answer as long as the event loop turns; depends on nothing."""
    return JSONResponse({"status": "live"})


@router.get("/healthz/ready", responses=json_answers(200))
async def ready(request: Request) -> Response:
    """Answer 200 when the database and a signing key are there.

    The ephemeral store is reported but not needed: without it people sign in all the same, and
    only registration and the limits per network pause.
    """
    web = web_of(request)
    checks = {
        "database": await _is_up(web.services.database.ping()),
        "ephemeral": await _is_up(web.services.foundation.ephemeral.ping()),
        "signing_key": await _is_up(_ask_keys(web)),
    }
    good = checks["database"] and checks["signing_key"]
    body = {"status": "ready" if good else "unavailable", "checks": checks}
    return JSONResponse(body, status_code=200 if good else 503)


async def _ask_keys(web: Web) -> None:
    await web.services.keys.refresh()
    web.services.keys.signer("ES256")


async def _is_up(check: Awaitable[None]) -> bool:
    try:
        await check
    except UnavailableError:
        return False
    return True
