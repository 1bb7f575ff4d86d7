"""Answering errors: a page for people, JSON for programs, the same verdict for both."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from idp.client_registry.errors import RegistrationTokenError
from idp.client_registry.registration.client_information import PATH as REGISTRATION
from idp.errors import TongxingError
from idp.http.errors import BadRequestError, NotSignedInError, OutOfStepError, Verdict, judge
from idp.http.web import web_of
from idp.i18n import wording
from idp.middleware.body_limit import BodyRefusedError
from idp.observability.logging import get_logger
from idp.observability.request_context import current_trace_id
from idp.tokens.errors import InvalidTokenError
from idp.web import registration
from idp.web.protocol import challenge

_log = get_logger("web")

_JSON_PATHS = frozenset(
    {
        "/token",
        "/par",
        "/userinfo",
        "/introspect",
        "/revoke",
        "/logout/deliveries",
        "/jwks",
        REGISTRATION,
        "/healthz/ready",
        "/healthz/live",
    }
)
_CLIENT_CLOSED = 499
# RFC 6749 section 5.2. A hint may quote what was sent.
_UNPRINTABLE = re.compile(r"[^ !#-\[\]-~]")
_LONGEST_HINT = 300
_CODES = {404: "not_found", 405: "method_not_allowed"}


def install(app: FastAPI) -> None:
    """Register the handlers."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)


async def _expected(request: Request, error: Exception) -> Response:
    if not isinstance(error, TongxingError):
        raise error
    if isinstance(error, NotSignedInError):
        return RedirectResponse("/login", status_code=303)
    if isinstance(error, OutOfStepError):
        return RedirectResponse(error.location, status_code=303)
    if isinstance(error, InvalidTokenError | BadRequestError) and request.url.path == "/userinfo":
        return challenge(error)
    verdict = judge(error)
    _log.info("refused", status=verdict.status, reason=error.code, debug=error.debug)
    if isinstance(error, RegistrationTokenError):
        return registration.challenge(error)
    return _answer(request, verdict, error.hint)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = error.status_code
    verdict = Verdict(
        status, _CODES.get(status, "invalid_request"), wording.explanation_for(status)
    )
    response = _answer(request, verdict, "")
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _already_refused(_request: Request, error: Exception) -> Response:
    """The layer that raised it answers in place of this; strangers must not fill the log."""
    if not isinstance(error, BodyRefusedError):
        raise error
    return Response(status_code=400)


async def _gone(request: Request, error: Exception) -> Response:
    """Nobody is left to read this; it says for the metrics that the client hung up."""
    return Response(status_code=_CLIENT_CLOSED)


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("unexpected_error", exc_info=error)
    verdict = Verdict(500, "server_error", wording.FAULT)
    return _answer(request, verdict, "")


def _answer(request: Request, verdict: Verdict, hint: str) -> Response:
    if _wants_json(request):
        body = {"error": verdict.error, "trace_id": current_trace_id()}
        if hint:
            body["error_description"] = _UNPRINTABLE.sub("?", hint)[:_LONGEST_HINT]
        headers = {"Cache-Control": "no-store"}
        if verdict.retry_after is not None:
            headers["Retry-After"] = str(verdict.retry_after)
        return JSONResponse(body, status_code=verdict.status, headers=headers)
    web = web_of(request)
    return web.pages.show_error(request, web.visit(request), verdict)


def _wants_json(request: Request) -> bool:
    path = request.url.path
    return path in _JSON_PATHS or path.startswith(("/.well-known/", REGISTRATION + "/"))


HANDLERS: Mapping[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    TongxingError: _expected,
    HTTPException: _http,
    ClientDisconnect: _gone,
    BodyRefusedError: _already_refused,
    Exception: _unexpected,
}
