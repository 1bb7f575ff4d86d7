"""/ , /session and /healthz."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clients.portals.assurance import level_of
from clients.portals.browser_session import visit_of
from clients.portals.claims_table import BEIJING, beijing_time, describe_amr, rows_of
from clients.portals.portal import Portal, portal_of
from clients.portals.sessions import Session, SignIn


async def front_page(request: Request) -> Response:
    """The public page, or the desk of whoever is signed in."""
    portal, visit = portal_of(request), visit_of(request)
    if visit.session is not None and visit.sign_in is not None:
        return _desk(portal, visit.session, visit.sign_in)
    ended_elsewhere = visit.session is not None and visit.session.was_ended_elsewhere
    return portal.pages.respond("landing.html", ended_elsewhere=ended_elsewhere)


def _desk(portal: Portal, session: Session, sign_in: SignIn) -> Response:
    claims = sign_in.id_token_claims
    acr = _text(claims.get("acr"))
    offered = portal.relying_party.offered_acr_values()
    missed = sign_in.requested_acr if sign_in.requested_acr != acr else None
    today = datetime.fromtimestamp(portal.now(), BEIJING).date()
    return portal.pages.respond(
        "desk.html",
        name=_text(sign_in.userinfo.get("name")) or _text(claims.get("name")),
        subject=sign_in.subject,
        sid=sign_in.sid,
        level=level_of(acr) if acr else None,
        missed=level_of(missed) if missed else None,
        other_levels=[level_of(value) for value in offered if value != acr],
        auth_time=beijing_time(claims.get("auth_time")),
        methods=describe_amr(claims.get("amr")),
        claims=rows_of(claims, sign_in.userinfo),
        task=portal.department.task(sign_in.subject, today),
        csrf_token=session.csrf_token,
    )


async def session_state(request: Request) -> Response:
    """Who this browser is to this portal, for scripts and tests."""
    sign_in = visit_of(request).sign_in
    return JSONResponse(
        {
            "signed_in": sign_in is not None,
            "sid": sign_in.sid if sign_in else None,
            "sub": sign_in.subject if sign_in else None,
        }
    )


async def healthz(request: Request) -> Response:
    """This process answers; says nothing about the provider."""
    return JSONResponse({"status": "ok"})


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
