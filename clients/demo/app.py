"""The two pages of the demonstration."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from clients.demo.outbox import newest_messages
from clients.demo.personas import PersonaList
from clients.demo.settings import DemoSettings
from clients.pages.security_headers import SecurityHeaders
from clients.pages.templates import Pages

# A foreign name that resolves to this machine (DNS rebinding) must not read the messages.
OWN_NAMES = ["127.0.0.1", "localhost", "::1", "[::1]"]


class DemoPages:
    """Handlers of the demonstration's home page."""

    def __init__(self, settings: DemoSettings) -> None:
        self.settings = settings
        self.personas = PersonaList(settings.personas_url)
        self.pages = Pages(["clients.demo"], settings=settings)

    async def home(self, request: Request) -> Response:
        """The story, and people to play it with."""
        return self.pages.respond("home.html", personas=await self.personas.read())

    async def messages(self, request: Request) -> Response:
        """What the provider has sent so far, newest first."""
        messages = await run_in_threadpool(newest_messages, self.settings.outbox)
        return self.pages.respond("messages.html", messages=messages)

    async def healthz(self, request: Request) -> Response:
        """This process answers."""
        return JSONResponse({"status": "ok"})

    async def error(self, request: Request, error: Exception) -> Response:
        """Anything that is not here leads back home."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self.pages.respond("not_found.html", status, status=status)


def create_app(settings: DemoSettings) -> ASGIApp:
    """Return the ASGI application of the demonstration's home page."""
    pages = DemoPages(settings)
    app = Starlette(
        routes=[
            Route("/", pages.home),
            Route("/messages", pages.messages),
            Route("/healthz", pages.healthz),
            Mount("/static/pages", StaticFiles(packages=[("clients.pages", "static")])),
            Mount("/static/demo", StaticFiles(packages=[("clients.demo", "static")])),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=OWN_NAMES)],
        exception_handlers={HTTPException: pages.error, Exception: pages.error},
    )
    return SecurityHeaders(app)
