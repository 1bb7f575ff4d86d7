"""A short way to the endpoints that carry most of the traffic.

FastAPI asks route by route whether it is meant, twice, and then prepares dependencies and stacks
for each request: about a seventh of what a token request costs, for endpoints that take nothing
but the request. It still describes these routes, and serves whatever is not found here: other
methods, other paths, other kinds of connection.
"""

from __future__ import annotations

from collections.abc import Iterable
from inspect import signature

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send


class DirectRoutes:
    """Serves the routes of `routers`, whose paths are fixed and whose endpoints take the request
    alone, by a look at one table. Errors are answered by the handlers of `app`."""

    def __init__(self, app: FastAPI, routers: Iterable[APIRouter]) -> None:
        self._app = app
        self._table = {
            (method, route.path): _checked(route)
            for router in routers
            for route in router.routes
            if isinstance(route, APIRoute)
            for method in route.methods or ()
        }
        self._direct = _answering_errors(self._serve, app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            route = self._table.get((scope["method"], scope["path"]))
            if route is not None:
                scope["app"] = self._app
                scope["route"] = route
                await self._direct(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        route: APIRoute = scope["route"]
        response = await route.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)


def _checked(route: APIRoute) -> APIRoute:
    if "{" in route.path or list(signature(route.endpoint).parameters) != ["request"]:
        raise ValueError(f"{route.path} asks FastAPI for more than the request")
    return route


def _answering_errors(inner: ASGIApp, app: FastAPI) -> ASGIApp:
    """Return `inner` within the two layers that every Starlette application has around it."""
    handlers = dict(app.exception_handlers)
    unexpected = handlers.pop(Exception, None)
    return ServerErrorMiddleware(ExceptionMiddleware(inner, handlers), handler=unexpected)
