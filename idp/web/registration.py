"""Clients register themselves and look after their registration (RFC 7591, RFC 7592)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from idp.client_registry.errors import RegistrationTokenError
from idp.client_registry.registration.client_information import PATH
from idp.http.openapi import json_answers, json_body
from idp.http.parameters import read_json
from idp.http.web import web_of

router = APIRouter()

_NO_STORE = {"Cache-Control": "no-store"}
_TEXTS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
_MEMBERS: dict[str, Any] = {
    "redirect_uris": _TEXTS,
    "response_types": _TEXTS,
    "grant_types": _TEXTS,
    "client_name": {"type": "string"},
    "scope": {"type": "string"},
    "token_endpoint_auth_method": {"type": "string"},
    "jwks_uri": {"type": "string"},
    "jwks": {"type": "object"},
    "software_statement": {"type": "string"},
}


@router.post(
    PATH,
    status_code=201,
    openapi_extra=json_body(_MEMBERS),
    responses=json_answers(201, 400, 401, 403, 429),
)
async def register(request: Request) -> Response:
    """Register a client (RFC 7591 section 3.1)."""
    web = web_of(request)
    registration = web.services.self_registration
    document = await read_json(request)
    registration.check_open()
    await web.limits.check_registration(request)
    registered = await registration.register(document, _bearer_token(request))
    return JSONResponse(registered, status_code=201, headers=_NO_STORE)


@router.get(PATH + "/{client_id}", responses=json_answers(200, 400, 401))
async def read(request: Request, client_id: str) -> Response:
    """Tell a client what it has registered (RFC 7592 section 2.1)."""
    registration = web_of(request).services.self_registration
    registered = await registration.read(client_id, _bearer_token(request))
    return JSONResponse(registered, headers=_NO_STORE)


@router.put(
    PATH + "/{client_id}",
    openapi_extra=json_body({"client_id": {"type": "string"}, **_MEMBERS}),
    responses=json_answers(200, 400, 401, 403, 429),
)
async def replace(request: Request, client_id: str) -> Response:
    """Replace a client's registration (RFC 7592 section 2.2)."""
    web = web_of(request)
    registration = web.services.self_registration
    document = await read_json(request)
    await web.limits.check_registration(request)
    registered = await registration.replace(client_id, _bearer_token(request), document)
    return JSONResponse(registered, headers=_NO_STORE)


@router.delete(PATH + "/{client_id}", status_code=204, responses=json_answers(204, 400, 401))
async def delete(request: Request, client_id: str) -> Response:
    """End a client (RFC 7592 section 2.3)."""
    registration = web_of(request).services.self_registration
    await registration.delete(client_id, _bearer_token(request))
    return Response(status_code=204, headers=_NO_STORE)


def _bearer_token(request: Request) -> str | None:
    """Return the token of the Authorization header (RFC 6750 section 2.1), None without one."""
    header = request.headers.getlist("authorization")
    if not header:
        return None
    scheme, _, value = header[0].partition(" ")
    if len(header) > 1 or scheme.lower() != "bearer" or not value.strip():
        raise RegistrationTokenError("The Authorization header holds no bearer token")
    return value.strip()


def challenge(error: RegistrationTokenError) -> Response:
    """Answer a request without the token it needs (RFC 6750 section 3)."""
    value = "Bearer" if error.missing else f'Bearer error="{error.code}"'
    body = {"error": error.code, "error_description": error.hint}
    headers = {"WWW-Authenticate": value, **_NO_STORE}
    return JSONResponse(body, status_code=401, headers=headers)
