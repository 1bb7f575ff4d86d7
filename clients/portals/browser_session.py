"""Joins a browser's cookie with its session on the server."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import SimpleCookie

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clients.portals.sessions import Session, SessionStore, SignIn

SCOPE_KEY = "clients.portals.visit"


@dataclass
class Visit:
    """The session of one request, and what became of it."""

    store: SessionStore
    session: Session | None

    @property
    def sign_in(self) -> SignIn | None:
        """Who is signed in, if anyone."""
        return self.session.sign_in if self.session else None

    def open(self) -> Session:
        """Return this browser's session; start one if it has none."""
        if self.session is None:
            self.session = self.store.open()
        return self.session

    def start_signed_in(self, sign_in: SignIn) -> None:
        """The person is signed in from now on, under a new identifier."""
        self.session = self.store.start_signed_in(self.open(), sign_in)

    def end(self) -> None:
        """Forget this browser's session."""
        if self.session is not None:
            self.store.forget(self.session)
            self.session = None


def visit_of(request: Request) -> Visit:
    """Return the visit that `BrowserSessions` attached to `request`."""
    visit: Visit = request.scope[SCOPE_KEY]
    return visit


class BrowserSessions:
    """ASGI layer that reads the cookie before, and sets or clears it after, each request."""

    def __init__(self, app: ASGIApp, store: SessionStore, cookie_name: str, secure: bool) -> None:
        self.app = app
        self.store = store
        self.cookie_name = cookie_name
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent_id = Request(scope).cookies.get(self.cookie_name)
        visit = Visit(self.store, self.store.find(sent_id) if sent_id else None)
        scope[SCOPE_KEY] = visit

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept_id = visit.session.id if visit.session else None
                if kept_id != sent_id:
                    MutableHeaders(scope=message).append("set-cookie", self._cookie(kept_id))
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    def _cookie(self, session_id: str | None) -> str:
        cookie: SimpleCookie = SimpleCookie({self.cookie_name: session_id or ""})
        morsel = cookie[self.cookie_name]
        morsel["path"] = "/"
        morsel["httponly"] = True
        # Lax, not Strict: the provider sends the browser back by a cross-site GET.
        morsel["samesite"] = "Lax"
        morsel["secure"] = self.secure
        if session_id is None:
            morsel["max-age"] = 0
        return morsel.OutputString()
