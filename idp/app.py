"""Putting the application together: the only place that mounts."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.types import ASGIApp

from idp import __version__
from idp.client_registry.directory import POLL_SECONDS
from idp.errors import UnavailableError
from idp.http.cookies import Cookies
from idp.http.csrf import CsrfGuard
from idp.http.limits import RequestLimits
from idp.http.page import Pages
from idp.http.templating import Templates
from idp.http.web import Web
from idp.middleware.stack import wrap
from idp.observability.logging import get_logger
from idp.services.wiring import Services
from idp.storage.gcra import RateLimiter
from idp.web import (
    authorize,
    error_pages,
    health,
    protocol,
    registration,
    session_management,
)
from idp.web.cross_origin import CROSS_ORIGIN_PATHS
from idp.web.direct_routes import DirectRoutes
from idp.web.pages import PAGES, login
from idp.web.static_files import static_files

_TEMPLATES = Path(__file__).parent / "web" / "templates"
_log = get_logger("app")


def create_app(services: Services) -> ASGIApp:
    """Return the whole web application around `services`."""
    app = create_api(services)
    settings = services.settings
    return wrap(
        DirectRoutes(app, (authorize.router, login.router, protocol.router), error_pages.HANDLERS),
        settings.http,
        issuer=settings.issuer_url,
        cross_origin_paths=CROSS_ORIGIN_PATHS,
        trust_traceparent=settings.observability.trust_traceparent,
    )


def create_api(services: Services) -> FastAPI:
    """Return the routes alone, without the layers around them; used to describe the API."""
    app = FastAPI(
        title="Tongxing",
        version=__version__,
        lifespan=_lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.web = _web(services)
    endpoints = (authorize, protocol, registration, session_management, health)
    for router in (*(module.router for module in endpoints), *PAGES):
        app.include_router(router)
    app.mount("/static", static_files())
    error_pages.install(app)
    return app


def _web(services: Services) -> Web:
    foundation = services.foundation
    cookies = Cookies(https=services.settings.is_https)
    csrf = CsrfGuard(foundation.root, services.settings.issuer_url)
    return Web(
        services=services,
        cookies=cookies,
        csrf=csrf,
        pages=Pages(Templates(_TEMPLATES), csrf, cookies),
        limits=RequestLimits(
            RateLimiter(foundation.ephemeral), foundation.root, services.settings.http
        ),
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    services: Services = app.state.web.services
    polling = asyncio.create_task(_poll_clients(services))
    try:
        yield
    finally:
        polling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await polling
        await services.close()


async def _poll_clients(services: Services) -> None:
    """Keep this worker's copy of the client registry fresh without burdening requests."""
    while True:
        await asyncio.sleep(POLL_SECONDS)
        try:
            await services.directory.poll()
        except UnavailableError as error:
            _log.warning("clients_not_polled", reason=error.debug)
