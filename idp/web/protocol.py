"""The endpoints that clients call: token, userinfo, introspection, revocation, metadata, keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from idp.http.errors import BadRequestError
from idp.http.openapi import form_body, json_answers
from idp.http.parameters import read_form
from idp.http.web import web_of
from idp.i18n.language import Language
from idp.middleware.client_certificate import forwarded_certificate
from idp.protocol import metadata
from idp.protocol.authorization.checks.check_repeated_parameters import (
    KNOWN as AUTHORIZATION_PARAMETERS,
)
from idp.protocol.server import EndpointResponse
from idp.tokens.errors import InvalidTokenError
from idp.tokens.userinfo import respond

router = APIRouter()

_PUBLIC_SECONDS = 60
_NO_STORE = {"Cache-Control": "no-store"}
_CLIENT_FIELDS = ("client_id", "client_secret", "client_assertion_type", "client_assertion")
_TOKEN_FIELDS = (
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
    "resource",
    *_CLIENT_FIELDS,
)
_PUSH_FIELDS = (
    *sorted((AUTHORIZATION_PARAMETERS | {"resource"}) - {"client_id", "request_uri"}),
    *_CLIENT_FIELDS,
)
_ABOUT_TOKEN_FIELDS = ("token", "token_type_hint", *_CLIENT_FIELDS)


@router.post(
    "/token", openapi_extra=form_body(_TOKEN_FIELDS), responses=json_answers(200, 400, 401)
)
async def token(request: Request) -> Response:
    """Exchange a grant for tokens (RFC 6749 section 3.2)."""
    services = web_of(request).services
    parameters = await read_form(request)
    await services.keys.refresh()
    certificate = forwarded_certificate(request.scope)
    return _answer(await services.protocol.token(request.headers, parameters, certificate))


@router.post(
    "/par", openapi_extra=form_body(_PUSH_FIELDS), responses=json_answers(201, 400, 401, 429)
)
async def push(request: Request) -> Response:
    """Keep an authorization request for a browser that will come for it (RFC 9126)."""
    services = web_of(request).services
    parameters = await read_form(request)
    client = await services.directory.find(parameters.get("client_id") or "")
    if client is not None and client.is_public:
        # Anybody may say so, and what is pushed takes a row.
        await web_of(request).limits.check_interaction(request)
    await services.keys.refresh()
    certificate = forwarded_certificate(request.scope)
    return _answer(await services.protocol.push(request.headers, parameters, certificate))


@router.post(
    "/introspect",
    openapi_extra=form_body(_ABOUT_TOKEN_FIELDS),
    responses=json_answers(200, 400, 401),
)
async def introspect(request: Request) -> Response:
    """Tell a client about its own token (RFC 7662)."""
    return await _about_token(request, "introspection")


@router.post(
    "/revoke", openapi_extra=form_body(_ABOUT_TOKEN_FIELDS), responses=json_answers(200, 400, 401)
)
async def revoke(request: Request) -> Response:
    """End a token (RFC 7009)."""
    return await _about_token(request, "revocation")


@router.post(
    "/logout/deliveries",
    openapi_extra=form_body(("cursor", *_CLIENT_FIELDS)),
    responses=json_answers(200, 400, 401),
)
async def logout_deliveries(request: Request) -> Response:
    """Tell a client what became of the logouts that concerned it."""
    return await _about_token(request, "logout_deliveries")


async def _about_token(request: Request, name: str) -> Response:
    services = web_of(request).services
    parameters = await read_form(request)
    await services.keys.refresh()
    certificate = forwarded_certificate(request.scope)
    return _answer(await services.protocol.endpoint(name, request.headers, parameters, certificate))


def _answer(response: EndpointResponse) -> Response:
    is_text = isinstance(response.body, str)
    content = response.body if is_text else orjson.dumps(response.body)
    return Response(content, response.status, dict(response.headers))


@router.get("/userinfo", responses=json_answers(200, 400, 401, 403))
@router.post(
    "/userinfo",
    openapi_extra=form_body(("access_token",)),
    responses=json_answers(200, 400, 401, 403),
    operation_id="userinfo_post",
)
async def userinfo(request: Request) -> Response:
    """Return the claims that an access token opens (OpenID Connect Core section 5.3)."""
    services = web_of(request).services
    presented = await _bearer_token(request)
    await services.keys.refresh()
    access = services.access_tokens.read(presented)
    if "openid" not in access.scope.split():
        return _challenge(403, "insufficient_scope", "The scope openid is needed")
    client = await services.directory.find(access.client_id)
    if client is None:
        raise InvalidTokenError("The client is not active")
    encrypter = await services.encryption.for_userinfo(client)
    async with services.database.read_then_write() as transaction:
        living = await services.access_tokens.find_living(transaction, access)
        if not client.may_use(living.family.created_at):
            raise InvalidTokenError("The access token was revoked")
        claims = services.access_tokens.release(transaction, client, living)
    answer = respond(services.settings.issuer_url, services.keys, client, claims, encrypter)
    return Response(answer.content, media_type=answer.media_type, headers=_NO_STORE)


async def _bearer_token(request: Request) -> str:
    """Return the one access token of a request (RFC 6750 section 2); never from the query."""
    found = []
    header = request.headers.getlist("authorization")
    if len(header) > 1:
        raise BadRequestError("The Authorization header was sent more than once")
    if header:
        scheme, _, value = header[0].partition(" ")
        if scheme.lower() != "bearer" or not value.strip():
            raise InvalidTokenError("The Authorization header holds no bearer token")
        found.append(value.strip())
    if request.method == "POST":
        form = await read_form(request)
        if form.is_repeated("access_token"):
            raise BadRequestError("access_token was sent more than once")
        in_body = form.get("access_token")
        if in_body is not None:
            found.append(in_body)
    if len(found) > 1:
        raise BadRequestError("The access token was sent in more than one way")
    if not found:
        raise MissingTokenError
    return found[0]


class MissingTokenError(InvalidTokenError):
    """No access token came at all; the challenge then says nothing more (RFC 6750 section 3)."""


def challenge(error: InvalidTokenError | BadRequestError) -> Response:
    """Answer a request whose access token is missing, no good or sent in a wrong way
    (RFC 6750 section 3)."""
    if isinstance(error, MissingTokenError):
        return JSONResponse(
            {"error": "invalid_token"},
            status_code=401,
            headers={"WWW-Authenticate": "Bearer", **_NO_STORE},
        )
    if isinstance(error, BadRequestError):
        return _challenge(400, error.code, error.hint)
    return _challenge(401, error.code, error.hint)


def _challenge(status: int, error: str, description: str) -> Response:
    value = f'Bearer error="{error}", error_description="{description}"'
    body = {"error": error, "error_description": description}
    headers = {"WWW-Authenticate": value, **_NO_STORE}
    return JSONResponse(body, status_code=status, headers=headers)


@router.get("/.well-known/openid-configuration", responses=json_answers(200))
@router.get(
    "/.well-known/oauth-authorization-server",
    responses=json_answers(200),
    operation_id="oauth_metadata",
)
async def discovery(request: Request) -> Response:
    """Say what this provider is (OpenID Connect Discovery section 4, RFC 8414 section 3)."""
    settings = web_of(request).services.settings
    offer = metadata.Offer(
        issuer=settings.issuer_url,
        acr_values=settings.acr_values,
        keys=settings.keys,
        languages=tuple(language.value for language in Language),
        compatibility=settings.clients.compatibility,
        http=settings.http,
        registers_clients=settings.clients.registration != "closed",
        manages_sessions=settings.sessions.management,
    )
    return _public(metadata.build(offer))


@router.get("/jwks", responses=json_answers(200))
async def jwks(request: Request) -> Response:
    """Publish the public keys (RFC 7517 section 5). Stays up when the database does not."""
    keys = web_of(request).services.keys
    await keys.refresh_if_possible()
    return _public(keys.jwks())


def _public(document: Mapping[str, Any]) -> Response:
    headers = {"Cache-Control": f"public, max-age={_PUBLIC_SECONDS}"}
    return JSONResponse(dict(document), headers=headers)
