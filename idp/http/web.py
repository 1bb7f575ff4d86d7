"""What every handler of the web floor works with."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from idp.http.cookies import CookieName, Cookies
from idp.http.csrf import CsrfGuard
from idp.http.errors import NotSignedInError
from idp.http.limits import RequestLimits
from idp.http.page import Pages
from idp.http.parameters import read_form
from idp.http.visit import Visit, visit_of
from idp.protocol.parameters import Parameters
from idp.services.wiring import Services
from idp.sessions.session import Session
from idp.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Web:
    """Services and the browser's side of things, built once per process."""

    services: Services
    cookies: Cookies
    csrf: CsrfGuard
    pages: Pages
    limits: RequestLimits

    def visit(self, request: Request, wished_locales: str | None = None) -> Visit:
        """Return who is looking, as a browser."""
        return visit_of(request, self.cookies, wished_locales)

    async def read_form(self, request: Request) -> Parameters:
        """Return a page's form once it is proven to come from a page of ours."""
        form = await read_form(request)
        self.csrf.check(request, form, self.cookies.read(request, CookieName.BROWSER))
        return form

    async def find_session(self, request: Request, transaction: Transaction) -> Session | None:
        """Return the session of this browser."""
        cookie = self.cookies.read(request, CookieName.SESSION)
        if cookie is None:
            return None
        return await self.services.sessions.find(transaction, cookie)

    async def need_session(self, request: Request, transaction: Transaction) -> Session:
        """Return the session of this browser and note the visit; raises NotSignedInError."""
        cookie = self.cookies.read(request, CookieName.SESSION)
        session = await self.services.sessions.visit(transaction, cookie) if cookie else None
        if session is None:
            raise NotSignedInError
        return session


def web_of(request: Request) -> Web:
    """Return the application's `Web`."""
    web: Web = request.app.state.web
    return web
