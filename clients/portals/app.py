"""Puts one portal together."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from clients.pages.security_headers import SecurityHeaders
from clients.pages.templates import Pages
from clients.portals.backchannel_logout import backchannel_logout
from clients.portals.browser_session import BrowserSessions
from clients.portals.department import Department
from clients.portals.errors import ProviderUnavailableError, SignInError
from clients.portals.logout_token import LogoutTokenVerifier
from clients.portals.portal import Portal, portal_of
from clients.portals.provider_keys import ProviderKeys
from clients.portals.relying_party import RelyingParty
from clients.portals.sessions import SessionStore
from clients.portals.settings import PortalSettings, origin_of
from clients.portals.sign_in import callback, initiate_login, login, on_sign_in_error
from clients.portals.sign_out import logout, signed_out
from clients.portals.views import front_page, healthz, session_state


def build_portal(
    settings: PortalSettings, department: Department, now: Callable[[], float]
) -> Portal:
    """Wire the parts of one portal."""
    relying_party = RelyingParty(settings, department.scope)
    keys = ProviderKeys(relying_party.jwks, now)
    return Portal(
        settings=settings,
        department=department,
        store=SessionStore(now),
        relying_party=relying_party,
        logout_tokens=LogoutTokenVerifier(settings.issuer, settings.client_id, keys, now),
        pages=Pages(
            [department.package, "clients.portals"], department=department, settings=settings
        ),
        now=now,
    )


def create_app(
    settings: PortalSettings, department: Department, now: Callable[[], float] = time.time
) -> ASGIApp:
    """Return the ASGI application of one department's portal."""
    portal = build_portal(settings, department, now)
    app = Starlette(
        routes=_routes(department),
        middleware=[
            Middleware(
                BrowserSessions,
                store=portal.store,
                cookie_name=department.cookie_name,
                secure=settings.is_https,
            )
        ],
        exception_handlers={
            SignInError: on_sign_in_error,
            ProviderUnavailableError: on_provider_unavailable,
            HTTPException: on_http_error,
            Exception: on_unexpected_error,
        },
    )
    app.state.portal = portal
    return SecurityHeaders(app, [origin_of(settings.issuer)], settings.is_https)


def _routes(department: Department) -> list[Route | Mount]:
    def static(package: str) -> StaticFiles:
        return StaticFiles(packages=[(package, "static")])

    return [
        Route("/", front_page),
        Route("/login", login),
        Route("/initiate-login", initiate_login, methods=["GET", "POST"]),
        Route("/callback", callback),
        Route("/logout", logout, methods=["POST"]),
        Route("/signed-out", signed_out),
        Route("/backchannel-logout", backchannel_logout, methods=["POST"]),
        Route("/session", session_state),
        Route("/healthz", healthz),
        Mount("/static/pages", static("clients.pages")),
        Mount("/static/portal", static("clients.portals")),
        Mount("/static/department", static(department.package)),
    ]


async def on_provider_unavailable(request: Request, error: Exception) -> Response:
    """The provider is away: say so, and that it is nobody's fault here."""
    return portal_of(request).explain(request, SignInError("provider_unavailable"))


async def on_http_error(request: Request, error: Exception) -> Response:
    """A page that is not there, a method that is not offered, a form that cannot be read."""
    if not isinstance(error, HTTPException):
        raise error
    portal = portal_of(request)
    return portal.pages.respond("not_found.html", error.status_code, code=error.status_code)


async def on_unexpected_error(request: Request, error: Exception) -> Response:
    """A defect of ours; Starlette logs it, the person gets a page without details."""
    portal = portal_of(request)
    return portal.pages.respond("not_found.html", 500, code=500)
