"""One running portal: its settings, sessions, relying party and pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from clients.pages.templates import Pages
from clients.portals.browser_session import visit_of
from clients.portals.department import Department
from clients.portals.error_words import words_for
from clients.portals.errors import SignInError
from clients.portals.logout_token import LogoutTokenVerifier
from clients.portals.relying_party import RelyingParty
from clients.portals.sessions import SessionStore
from clients.portals.settings import PortalSettings


@dataclass(frozen=True)
class Portal:
    """Everything a handler needs."""

    settings: PortalSettings
    department: Department
    store: SessionStore
    relying_party: RelyingParty
    logout_tokens: LogoutTokenVerifier
    pages: Pages
    now: Callable[[], float]

    def explain(self, request: Request, error: SignInError) -> Response:
        """Return the page that says what happened and what to do next."""
        words = words_for(error.error)
        return self.pages.respond(
            "error.html",
            words.status_code,
            words=words,
            code=error.error,
            description=error.description,
            signed_in=visit_of(request).sign_in is not None,
        )


def portal_of(request: Request) -> Portal:
    """Return the portal that serves `request`."""
    portal: Portal = request.app.state.portal
    return portal
