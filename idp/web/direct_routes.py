"""A short way to the endpoints that carry most of the traffic.

FastAPI asks route by route whether it is meant, twice, and then prepares dependencies and stacks
for each request: about a seventh of what a token request costs, for endpoints that take nothing
but the request. It still describes these routes, and serves whatever is not found here: other
methods, other paths, other kinds of connection.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from inspect import signature

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

Handler = Callable[[Request, Exception], Awaitable[Response]]


class DirectRoutes:
    """Serves the routes of `routers`, whose paths are fixed and whose endpoints take the request
    alone, by a look at one table; everything else is left to `app`. `handlers` answer errors, each
    those of its class that have no nearer one; that of `Exception` answers the rest."""

    def __init__(
        self,
        app: FastAPI,
        routers: Iterable[APIRouter],
        handlers: Mapping[type[Exception], Handler],
    ) -> None:
        self._app = app
        self._handlers = handlers
        self._table = {
            (method, route.path): _checked(route)
            for router in routers
            for route in router.routes
            if isinstance(route, APIRoute)
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            route = self._table.get((scope["method"], scope["path"]))
            if route is not None:
                scope["app"] = self._app
                scope["route"] = route
                response, crash = await self._answer(route, Request(scope, receive, send))
                await response(scope, receive, send)
                if crash is not None:
                    raise crash
                return
        await self._app(scope, receive, send)

    async def _answer(self, route: APIRoute, request: Request) -> tuple[Response, Exception | None]:
        """Return the response, and the error that nobody expected: like Starlette, this answers it
        and raises it further."""
        try:
            return await route.endpoint(request), None
        except Exception as error:
            kind = next(kind for kind in type(error).__mro__ if kind in self._handlers)
            response = await self._handlers[kind](request, error)
            return response, error if kind is Exception else None


def _checked(route: APIRoute) -> APIRoute:
    if "{" in route.path or list(signature(route.endpoint).parameters) != ["request"]:
        raise ValueError(f"{route.path} asks FastAPI for more than the request")
    return route
